using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of replicas.</summary>
internal static class ReplicaInstruments
{
    public static readonly InstrumentDescription Version = new(
        Gauge, "monolith.replica.version", "{commit}", "The number of the commit that the replica holds.");

    public static readonly InstrumentDescription CommitAge = new(
        Gauge, "monolith.replica.commit.age", "s", "How long ago the commit was made that the replica holds.");

    public static readonly InstrumentDescription Behind = new(
        Gauge, "monolith.replica.lag", "{commit}", "Newer commits that the replica knows of.");

    public static readonly InstrumentDescription EventTimeLag = new(
        Gauge, "monolith.replica.event_time.lag", "s", "How far the newest event time of what the replica holds is behind the clock.");

    public static readonly InstrumentDescription Memory = new(
        UpDownCounter, "monolith.replica.memory", "By", "Native memory of the replica's tables.");

    public static readonly InstrumentDescription RefusedRows = new(
        Counter, "monolith.replica.refused_rows", "{row}", "Rows that the replica's precision cannot hold.");

    public static readonly InstrumentDescription Status = new(
        UpDownCounter, "monolith.replica.status", "{replica}", "1 for the status that the replica has, 0 for each other.");

    public static readonly InstrumentDescription TrainerSilence = new(
        Gauge, "monolith.replica.trainer.silence", "s", "How long the replica has seen no sign of life of its trainer.");

    public static readonly InstrumentDescription Failures = new(
        Counter, "monolith.replica.failures", "{failure}", "How often replicas could not follow, by why.");

    public static readonly InstrumentDescription Changes = new(
        Histogram, "monolith.replica.change.duration", "s", "How long replicas took to get to another commit, by kind.")
    {
        Bounds = HistogramBounds.Work,
    };
}
