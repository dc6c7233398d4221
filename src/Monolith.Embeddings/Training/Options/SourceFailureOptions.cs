using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// What a trainer does when its source throws: it waits, opens the source again at <see cref="OnlineTrainer.Position"/>, and goes on, so
/// that nothing is learned twice or lost; or the run commits what was learned and ends with the cause. Each failure is logged (event 3030),
/// counted by the metric <c>monolith.training.source_failures</c>, and shown by <see cref="OnlineTrainer.LastSourceFailure"/>.
/// </summary>
/// <remarks>
/// It is about all that the source throws: when it is opened, between two batches, out of its encoder, and when it is told what is durable
/// (<see cref="Streams.ExampleSource.CommittedAsync"/>; the commit is durable nevertheless, and is told again). A batch that was learned
/// from begins the count again. Needs a source that can be opened again. Cancelling the run ends a wait.
/// </remarks>
public sealed class SourceFailureOptions : IValidatedOptions
{
    /// <summary>
    /// How many times in a row the source may throw before the run ends: 0 to 1,000,000, or null for any number. Default 0: the run ends at
    /// the first.
    /// </summary>
    public int? Tolerated { get; set; } = 0;

    /// <summary>
    /// How long after a failure the source is opened again, by the clock; twice as long after each further one, up to
    /// <see cref="RetryAtMost"/>. More than zero, up to one day. Default 1 second.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait: <see cref="RetryAfter"/> to one day. Default one minute.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether an exception may go away by itself, so that the source is to be opened again. Null, the default, for all exceptions. Sources
    /// wrap what their streams throw: look at <see cref="Exception.InnerException"/> of a <see cref="Streams.ExampleSourceException"/>. On
    /// the training thread, or one that writes a commit.
    /// </summary>
    public Func<Exception, bool>? IsTransient { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Tolerated is { } failures) errors.InRange(nameof(Tolerated), failures, 0, 1_000_000);
        var most = TimeSpan.FromDays(1);
        errors.Require(
            RetryAfter > TimeSpan.Zero && RetryAfter <= most, nameof(RetryAfter),
            $"{RetryAfter} is not more than zero and at most {most}.");
        errors.Require(
            RetryAtMost >= RetryAfter && RetryAtMost <= most, nameof(RetryAtMost),
            $"{RetryAtMost} is not between {nameof(RetryAfter)}, {RetryAfter}, and {most}.");
    }

    internal SourceFailureOptions Copy() => (SourceFailureOptions)MemberwiseClone();
}
