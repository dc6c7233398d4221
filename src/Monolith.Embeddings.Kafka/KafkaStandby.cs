using Microsoft.Extensions.Options;
using Monolith.Embeddings.Kafka.Standby;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// A trainer that waits until it is its turn. All trainers of a model are members of one group, on a control topic of one partition; who
/// holds the partition trains, and reads all partitions of the data by assignment. Opening a trainer on the store fences off the one
/// before, so that no two commit, however late the group notices a death.
/// </summary>
/// <remarks>One run at a time; the properties on any thread.</remarks>
/// <example>
/// <code>
/// var standby = new KafkaStandby(new() { Client = client, ControlTopic = "clicks-control", Group = "clicks-trainers" });
/// await standby.RunAsync(async ending =&gt;
/// {
///     // Everything is made anew for each turn: the trainer goes on from the last commit of whoever had the turn before.
///     await using var trainer = new OnlineTrainer(tables, model, source, store);
///     await trainer.RunAsync(null, ending);
/// }, stopping);
/// </code>
/// </example>
public sealed class KafkaStandby
{
    private readonly KafkaStandbyOptions _options;
    private readonly TimeProvider _time;
    private int _isRunning;
    private Turns? _turns;

    /// <summary>Creates it; nothing is asked of a broker yet.</summary>
    /// <param name="options">Which trainers take turns. Copied: later changes do not reach it.</param>
    /// <param name="timeProvider">The clock of waits; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public KafkaStandby(KafkaStandbyOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        (_options, _time) = (options.Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Whether it is this one's turn.</summary>
    public bool IsLeading => _turns?.IsLeading ?? false;

    /// <summary>How many turns it has had in the run that is under way, or the last one.</summary>
    public long TurnCount => _turns?.Count ?? 0;

    /// <summary>
    /// Waits for its turn, trains until the turn is over, waits again, and so on. It leaves the group when it ends, so that another trainer
    /// has its turn at once.
    /// </summary>
    /// <param name="lead">
    /// Trains: opens a trainer on the store, and runs it with the token, which is cancelled when the turn is over. Where it returns while
    /// it is still its turn, the run ends; what it throws then ends the run too.
    /// </param>
    /// <param name="cancellationToken">Ends the run, after the trainer has ended.</param>
    /// <exception cref="KafkaSourceException">No broker answers in time, or the control topic has not one partition.</exception>
    /// <exception cref="InvalidOperationException">A run is under way.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lead);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("A run is under way; there is one at a time.");
        try
        {
            _turns = new Turns(_options, _time, lead);
            await _turns.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }
}
