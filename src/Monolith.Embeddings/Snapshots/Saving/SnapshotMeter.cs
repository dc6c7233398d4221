using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>Counts commits for the meter. Thread-safe.</summary>
internal static class SnapshotMeter
{
    private static readonly Counter<long> Commits = EmbeddingMeter.Counter<long>(SnapshotInstruments.Commits);
    private static readonly PublishedCounter Failures = new(SnapshotInstruments.Failures);
    private static readonly Counter<long> Written = EmbeddingMeter.Counter<long>(SnapshotInstruments.Written);
    private static readonly PublishedCounter ChainFaults = new(
        SnapshotInstruments.ChainFaults, InstrumentTags.Kind, "missing", "damaged");

    private static readonly Counter<double> Wait = EmbeddingMeter.Counter<double>(SnapshotInstruments.Wait);
    private static readonly Histogram<double> Duration = EmbeddingMeter.Histogram(SnapshotInstruments.Duration);
    private static readonly Histogram<double> Pause = EmbeddingMeter.Histogram(SnapshotInstruments.Pause);

    /// <summary>Makes the instruments, so that failures are published with 0 before the first.</summary>
    public static void Publish() => GC.KeepAlive(Failures);

    public static void Cut(TimeSpan pause) => Pause.Record(pause.TotalSeconds);

    public static void Committed(SnapshotCommit commit, TimeSpan duration)
    {
        var kind = KeyValuePair.Create(InstrumentTags.Kind, (object?)(commit.Kind == SnapshotKind.Full ? "full" : "delta"));
        Commits.Add(1, kind);
        Written.Add(commit.TableFiles.Sum(file => file.Entry.Length), kind);
        Duration.Record(duration.TotalSeconds, kind);
    }

    public static void Broken(SnapshotFault fault) => ChainFaults.Add(1, fault == SnapshotFault.Missing ? 0 : 1);

    public static void Ended(TimeSpan waited, bool isCommitted)
    {
        Wait.Add(waited.TotalSeconds);
        if (!isCommitted) Failures.Add(1);
    }
}
