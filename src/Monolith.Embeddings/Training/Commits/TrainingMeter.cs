using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>Counts for the meter what goes wrong with trainers. Thread-safe.</summary>
internal static class TrainingMeter
{
    private static readonly PublishedCounter EventTimes = new(
        TrainingInstruments.EventTimes, InstrumentTags.Kind, "clamped", "future", "late", "implausible");

    // In the order of CommitFailureKind.
    private static readonly PublishedCounter CommitFailures = new(
        TrainingInstruments.CommitFailures, InstrumentTags.Kind, "out_of_room", "unreachable", "damaged", "refused", "replaced");

    private static readonly PublishedCounter SourceFailures = new(
        TrainingInstruments.SourceFailures, InstrumentTags.Kind, "tolerated", "given_up");

    private static readonly PublishedCounter Divergences = new(TrainingInstruments.Divergences);

    /// <summary>Makes the instruments, so that failures are published with 0 before the first.</summary>
    public static void Publish() => GC.KeepAlive(Divergences);

    /// <summary>Counts a time that a source threw.</summary>
    public static void SourceFailed(bool isGivenUp) => SourceFailures.Add(1, isGivenUp ? 1 : 0);

    /// <summary>Counts a commit that failed.</summary>
    public static void CommitFailed(CommitFailureKind kind) => CommitFailures.Add(1, (int)kind);

    /// <summary>Counts a run that ended because the model diverged.</summary>
    public static void Diverged() => Divergences.Add(1);

    /// <summary>Counts what came since the last time.</summary>
    public static void Count(EventTimeCounts now, EventTimeCounts before)
    {
        EventTimes.Add(now.Clamped - before.Clamped, 0);
        EventTimes.Add(now.Future - before.Future, 1);
        EventTimes.Add(now.Late - before.Late, 2);
        EventTimes.Add(now.Implausible - before.Implausible, 3);
    }
}
