using static Monolith.Embeddings.Diagnostics.InstrumentKind;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The instruments of snapshots.</summary>
internal static class SnapshotInstruments
{
    public static readonly InstrumentDescription Commits = new(
        Counter, "monolith.snapshot.commits", "{commit}", "Commits that became durable, by kind.");

    public static readonly InstrumentDescription Failures = new(
        Counter, "monolith.snapshot.failures", "{commit}", "Commits that were begun and did not become durable.");

    public static readonly InstrumentDescription ChainFaults = new(
        Counter, "monolith.snapshot.chain_faults", "{fault}",
        "Files of the chain that were found missing or damaged while their trainer lived; the next commit is then a full snapshot.");

    public static readonly InstrumentDescription Written = new(
        Counter, "monolith.snapshot.written", "By", "Bytes of the files of commits.");

    public static readonly InstrumentDescription Duration = new(
        Histogram, "monolith.snapshot.duration", "s", "How long commits took, from the cut until they were durable.")
    {
        Bounds = HistogramBounds.Work,
    };

    public static readonly InstrumentDescription Pause = new(
        Histogram, "monolith.snapshot.pause", "s", "How long cuts held up the tables.")
    {
        Bounds = HistogramBounds.Pauses,
    };

    public static readonly InstrumentDescription Wait = new(
        Counter, "monolith.snapshot.wait", "s",
        "How long batches waited because copies of what they changed were not written fast enough.");
}
