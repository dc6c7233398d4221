using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>Counts what trainers see for the meter. Thread-safe.</summary>
internal static class TrainingMeter
{
    private static readonly Meter Meter = new(EmbeddingDiagnostics.MeterName, typeof(TrainingMeter).Assembly.GetName().Version?.ToString());
    private static readonly Counter<long> EventTimes = Meter.CreateCounter<long>(
        TrainingInstruments.EventTimes.Name, TrainingInstruments.EventTimes.Unit, TrainingInstruments.EventTimes.Description);

    private static readonly Counter<long> CommitFailures = Meter.CreateCounter<long>(
        TrainingInstruments.CommitFailures.Name, TrainingInstruments.CommitFailures.Unit, TrainingInstruments.CommitFailures.Description);

    /// <summary>Counts a commit that failed.</summary>
    public static void CommitFailed(CommitFailureKind kind) =>
        CommitFailures.Add(1, KeyValuePair.Create(InstrumentTags.Kind, (object?)NameOf(kind)));

    /// <summary>Counts what came since the last time.</summary>
    public static void Count(EventTimeCounts now, EventTimeCounts before)
    {
        Count("clamped", now.Clamped - before.Clamped);
        Count("future", now.Future - before.Future);
        Count("late", now.Late - before.Late);
        Count("implausible", now.Implausible - before.Implausible);
    }

    private static void Count(string kind, long count)
    {
        if (count > 0) EventTimes.Add(count, KeyValuePair.Create(InstrumentTags.Kind, (object?)kind));
    }

    private static string NameOf(CommitFailureKind kind) => kind switch
    {
        CommitFailureKind.OutOfRoom => "out_of_room",
        CommitFailureKind.Unreachable => "unreachable",
        CommitFailureKind.Damaged => "damaged",
        CommitFailureKind.Refused => "refused",
        _ => "replaced",
    };
}
