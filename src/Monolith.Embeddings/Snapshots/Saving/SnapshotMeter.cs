using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>Counts commits for the meter. Thread-safe.</summary>
internal static class SnapshotMeter
{
    private static readonly Meter Meter = new(EmbeddingDiagnostics.MeterName, typeof(SnapshotMeter).Assembly.GetName().Version?.ToString());
    private static readonly Counter<long> Commits = Counter<long>(SnapshotInstruments.Commits);
    private static readonly Counter<long> Failures = Counter<long>(SnapshotInstruments.Failures);
    private static readonly Counter<long> Written = Counter<long>(SnapshotInstruments.Written);
    private static readonly Counter<long> ChainFaults = Counter<long>(SnapshotInstruments.ChainFaults);
    private static readonly Counter<double> Wait = Counter<double>(SnapshotInstruments.Wait);
    private static readonly Histogram<double> Duration = Histogram(SnapshotInstruments.Duration);
    private static readonly Histogram<double> Pause = Histogram(SnapshotInstruments.Pause);

    public static void Cut(TimeSpan pause) => Pause.Record(pause.TotalSeconds);

    public static void Committed(SnapshotCommit commit, TimeSpan duration)
    {
        var kind = KeyValuePair.Create(InstrumentTags.Kind, (object?)(commit.Kind == SnapshotKind.Full ? "full" : "delta"));
        Commits.Add(1, kind);
        Written.Add(commit.TableFiles.Sum(file => file.Entry.Length), kind);
        Duration.Record(duration.TotalSeconds, kind);
    }

    public static void Broken(SnapshotFault fault) =>
        ChainFaults.Add(1, KeyValuePair.Create(InstrumentTags.Kind, (object?)(fault == SnapshotFault.Missing ? "missing" : "damaged")));

    public static void Ended(TimeSpan waited, bool isCommitted)
    {
        Wait.Add(waited.TotalSeconds);
        if (!isCommitted) Failures.Add(1);
    }

    private static Counter<T> Counter<T>(InstrumentDescription shown)
        where T : struct => Meter.CreateCounter<T>(shown.Name, shown.Unit, shown.Description);

    private static Histogram<double> Histogram(InstrumentDescription shown) =>
        Meter.CreateHistogram<double>(shown.Name, shown.Unit, shown.Description);
}
