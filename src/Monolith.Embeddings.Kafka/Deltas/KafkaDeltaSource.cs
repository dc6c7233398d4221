using Monolith.Embeddings.Kafka.Deltas.Following;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// Lets a <see cref="ModelReplica"/> follow a topic that a <see cref="KafkaDeltaPublisher"/> writes: a commit is applied once all its
/// messages have come, in the order of commits. Whatever is missing, damaged, too long or too late is read from the replica's store.
/// </summary>
/// <remarks>
/// Let the replica poll its store too (<see cref="ModelReplicaOptions.PollEvery"/>), if seldom: signs of life of the trainer, texts of ids
/// and migrations come by the store alone. One source follows for one replica. Thread-safe.
/// </remarks>
/// <example>
/// <code>
/// var source = new KafkaDeltaSource(
///     new() { Client = new() { BootstrapServers = "localhost:9092" }, Topic = "recommender-deltas" });
/// await using var replica = await ModelReplica.OpenAsync(store, createModel(), new() { PollEvery = TimeSpan.FromSeconds(10) });
/// var following = source.FollowAsync(replica, stopping);
/// </code>
/// </example>
public sealed class KafkaDeltaSource
{
    private readonly KafkaDeltaSourceOptions _options;
    private readonly TimeProvider _time;
    private readonly FollowingState _state;
    private int _isFollowing;

    /// <summary>Makes a source; it connects when it follows.</summary>
    /// <param name="options">How; copied.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// Some options cannot be used; all of them are listed.
    /// </exception>
    public KafkaDeltaSource(KafkaDeltaSourceOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        (_options, _time) = (options.Copy(), timeProvider ?? TimeProvider.System);
        _state = new FollowingState(_options, _time);
    }

    /// <summary>
    /// Follows the topic from its end on, after the replica has looked at its store once. Brokers that cannot be reached, at the start or
    /// later, are waited for; meanwhile the replica looks at its store each <see cref="KafkaDeltaSourceOptions.RetryAfter"/>.
    /// </summary>
    /// <param name="replica">The replica; not disposed.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The replica is disposed.</exception>
    /// <exception cref="InvalidOperationException">The source follows already.</exception>
    public async Task FollowAsync(ModelReplica replica, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (Interlocked.Exchange(ref _isFollowing, 1) != 0)
            throw new InvalidOperationException("The source follows already; make another one for another replica.");
        try
        {
            // The client blocks its thread while it waits for messages.
            await Task.Factory.StartNew(
                () => new TopicFollowing(replica, _options, _state, _time, cancellationToken).Run(),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isFollowing, 0);
        }
    }

    /// <summary>How the source is. Looks at nothing but what it knows.</summary>
    public KafkaDeltaHealth GetHealth() => _state.Health;
}
