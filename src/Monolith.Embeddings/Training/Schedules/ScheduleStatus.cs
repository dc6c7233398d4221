using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Scheduling;

namespace Monolith.Embeddings.Training;

/// <summary>How a schedule of a trainer stands: what was done, and when it is done next. Immutable; see <see
/// cref="OnlineTrainer.Schedules"/>.</summary>
public sealed record ScheduleStatus
{
    /// <summary>What is done.</summary>
    public required ScheduleKind Kind { get; init; }

    /// <summary>The table that it is done to, where that has a schedule of its own; null for all others together.</summary>
    public string? Table { get; init; }

    /// <summary>The schedule.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>How often it was done since the trainer was opened, also because another rule said so.</summary>
    public long Count { get; init; }

    /// <summary>When it was done the last time, by the clock; null before the first time since the trainer was opened.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>How long it took the last time; zero before the first time since the trainer was opened.</summary>
    public TimeSpan LastDuration { get; init; }

    /// <summary>
    /// The event time that it counts from: that of the last time that it was due, or the first of the stream; null where none is known.
    /// </summary>
    public DateTimeOffset? LastEventTime { get; init; }

    /// <summary>
    /// How many examples had been learned from when it was due the last time; where that is not known, as after a restart of what goes by
    /// the clock, or is never, when it began to count.
    /// </summary>
    public long LastExamples { get; init; }

    /// <summary>How many batches had been learned from then.</summary>
    public long LastBatches { get; init; }

    /// <summary>When it is due by the clock; null where the schedule does not go by it.</summary>
    public DateTimeOffset? NextTime { get; init; }

    /// <summary>
    /// The event time with which it is due; null where the schedule does not go by it, or none is known yet. Null too, as
    /// <see cref="NextExamples"/> and <see cref="NextBatches"/>, of fulls where <see cref="SynchronizationOptions.SparseEvery"/> is never:
    /// a full follows a commit, and none is scheduled; one at the end of a run brings it.
    /// </summary>
    public DateTimeOffset? NextEventTime { get; init; }

    /// <summary>With how many examples it is due; null where the schedule does not go by them.</summary>
    public long? NextExamples { get; init; }

    /// <summary>With how many batches it is due; null where the schedule does not go by them.</summary>
    public long? NextBatches { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ScheduleStatus), PrintMembers);
}
