using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>Measures predictions for the meter. Costs a look at a field where there is no listener, and allocates nothing.
/// Thread-safe.</summary>
internal static class PredictionMeter
{
    private static readonly Histogram<double> Duration = EmbeddingMeter.Histogram(PredictionInstruments.Duration);
    private static readonly Counter<long> Candidates = EmbeddingMeter.Counter<long>(PredictionInstruments.Candidates);
    private static readonly Counter<long> Ids = EmbeddingMeter.Counter<long>(PredictionInstruments.Ids);
    private static readonly Counter<long> UnknownIds = EmbeddingMeter.Counter<long>(PredictionInstruments.UnknownIds);

    /// <summary>Begins to measure a prediction.</summary>
    /// <returns>When; null where there is no listener.</returns>
    public static long? Begin(TimeProvider clock) => Duration.Enabled ? clock.GetTimestamp() : null;

    /// <summary>Measures a prediction that succeeded.</summary>
    public static void End(TimeProvider clock, long? begun, string replica, int candidates)
    {
        var tag = KeyValuePair.Create(InstrumentTags.Replica, (object?)replica);
        if (begun is { } start) Duration.Record(clock.GetElapsedTime(start).TotalSeconds, tag);
        Candidates.Add(candidates, tag);
    }

    /// <summary>Counts the distinct ids of a request in a table.</summary>
    public static void LookedUp(string replica, string table, int ids, int found)
    {
        if (!Ids.Enabled && !UnknownIds.Enabled) return;
        var (ofReplica, ofTable) = (
            KeyValuePair.Create(InstrumentTags.Replica, (object?)replica), KeyValuePair.Create(InstrumentTags.Table, (object?)table));
        Ids.Add(ids, ofReplica, ofTable);
        UnknownIds.Add(ids - found, ofReplica, ofTable);
    }
}
