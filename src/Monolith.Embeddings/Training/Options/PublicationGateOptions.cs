using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// When the commits of a trainer are held back from replicas (<see cref="PublicationGate"/>): where predictions of the examples since the
/// last look, each before it was learned from, or the scores of a fixed set of rows, leave their bounds. Looked at with each commit.
/// Training goes on, and commits to go on from are made as usual. The first commit within all bounds brings replicas all that was held.
/// </summary>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions
/// {
///     Synchronization = new()
///     {
///         Gate = new()
///         {
///             Bounds = [new() { MaxLogLossRise = 0.1, MinCalibration = 0.8, MaxCalibration = 1.25 }],
///             MinExamples = 50_000,
///             Probe = heldOut,
///             MaxChangedShare = 0.2,
///         },
///     },
/// };
/// </code>
/// </example>
public sealed class PublicationGateOptions : IValidatedOptions
{
    /// <summary>The largest number of rows of a probe set: 100,000.</summary>
    public const int MaxProbeExamples = 100_000;

    /// <summary>The bounds, by task. Default: none, so that only the probe set, or a person, holds commits.</summary>
    public IList<PublicationBounds> Bounds { get; set; } = [];

    /// <summary>
    /// How many scored examples of a task a window must have before it is judged: at least 1. Default 10,000. A commit with fewer since the
    /// last look leaves the verdict on the task as it was, and the window goes on.
    /// </summary>
    public long MinExamples { get; set; } = 10_000;

    /// <summary>
    /// After how many examples in total anything is judged: at least 0. Default 0. A new model leaves all bounds while it learns its first
    /// examples.
    /// </summary>
    public long StartAfterExamples { get; set; }

    /// <summary>
    /// Rows that are scored with each commit, and compared with their scores at the commit that replicas got last: a source that ends, of
    /// the trainer's schema, with a row at least. It is read once, from its start, before the first batch; its labels are not looked at. A
    /// source that waits for more (one that follows a log) must have <see cref="ProbeExamples"/> rows already: training waits for them.
    /// Null, the default, for none. Training waits for the scoring.
    /// </summary>
    public ExampleSource? Probe { get; set; }

    /// <summary>
    /// How many rows of <see cref="Probe"/> are taken, from its start: 1 to <see cref="MaxProbeExamples"/>. Default 1,000. Each commit
    /// holds their scores, 4 bytes a row and task.
    /// </summary>
    public int ProbeExamples { get; set; } = 1000;

    /// <summary>
    /// By how much a probability of the probe set must differ to count as changed: more than 0, less than 1. Default 0.05.
    /// </summary>
    public double ChangedBy { get; set; } = 0.05;

    /// <summary>
    /// The largest share of the probe set's scores that may have changed since the commit that replicas got last: 0 to 1. Default 0.5.
    /// Beyond it commits are held until the scores come back, or <see cref="PublicationGate.PublishNext"/> says that the change is meant.
    /// </summary>
    public double MaxChangedShare { get; set; } = 0.5;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Bounds is not null, nameof(Bounds), "is null; leave it empty where no task has bounds.");
        for (var i = 0; i < Bounds?.Count; i++) errors.Nested($"{nameof(Bounds)}[{i}]", Bounds[i]);
        var twice = Bounds?.Where(bounds => bounds is not null).GroupBy(bounds => bounds.Task).FirstOrDefault(same => same.Count() > 1);
        errors.Require(twice is null, nameof(Bounds), twice?.Key is { } task
            ? $"has two bounds for task '{task}'; make one of them."
            : $"has two bounds for all tasks, whose {nameof(PublicationBounds.Task)} is null; name a task in one of them.");
        errors.InRange(nameof(MinExamples), MinExamples, 1, long.MaxValue);
        errors.InRange(nameof(StartAfterExamples), StartAfterExamples, 0, long.MaxValue);
        errors.InRange(nameof(ProbeExamples), ProbeExamples, 1, MaxProbeExamples);
        errors.Require(ChangedBy is > 0 and < 1, nameof(ChangedBy), $"{ChangedBy:R} is not between 0 and 1.");
        errors.Require(MaxChangedShare is >= 0 and <= 1, nameof(MaxChangedShare), $"{MaxChangedShare:R} is not between 0 and 1.");
    }

    internal PublicationGateOptions Copy()
    {
        var copy = (PublicationGateOptions)MemberwiseClone();
        copy.Bounds = [.. Bounds.Select(bounds => bounds.Copy())];
        return copy;
    }
}
