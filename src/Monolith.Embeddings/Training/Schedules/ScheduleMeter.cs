using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Training.Schedules;

/// <summary>Counts for the meter what trainers did by schedules. Thread-safe.</summary>
internal static class ScheduleMeter
{
    private static readonly Histogram<double> Duration = EmbeddingMeter.Histogram(TrainingInstruments.Schedules);

    /// <summary>Counts one that was done.</summary>
    public static void Done(ScheduleKind kind, string? table, TimeSpan duration)
    {
        var ofKind = KeyValuePair.Create(InstrumentTags.Kind, (object?)NameOf(kind));
        if (table is null) Duration.Record(duration.TotalSeconds, ofKind);
        else Duration.Record(duration.TotalSeconds, ofKind, KeyValuePair.Create(InstrumentTags.Table, (object?)table));
    }

    private static string NameOf(ScheduleKind kind) => kind switch
    {
        ScheduleKind.Sparse => "sparse",
        ScheduleKind.Dense => "dense",
        ScheduleKind.Full => "full",
        _ => "eviction",
    };
}
