using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Shows every living replica as metrics, and counts what fails. Replicas are read when metrics are collected. Thread-safe.
/// </summary>
internal static class ReplicaMeter
{
    private static readonly LivingParts<ModelReplica> Replicas = new();
    private static readonly PublishedCounter Failures = new(
        ReplicaInstruments.Failures, InstrumentTags.Kind, "missing", "damaged", "mismatch", "refused", "storage", "other");

    private static readonly Histogram<double> Changes = EmbeddingMeter.Histogram(ReplicaInstruments.Changes);

    static ReplicaMeter()
    {
        Show(ReplicaInstruments.Version, replica => (long)replica.Version.Number);
        Show(ReplicaInstruments.CommitAge, replica => replica.Lag.Age.TotalSeconds);
        Show(ReplicaInstruments.Behind, replica => replica.Lag.Commits);
        Show(ReplicaInstruments.EventTimeLag, replica => replica.EventTimeLag?.TotalSeconds);
        Show(ReplicaInstruments.Memory, replica => replica.MemoryBytes);
        Show(ReplicaInstruments.TrainerSilence, replica => replica.TrainerSilence?.TotalSeconds);
        EmbeddingMeter.Observed(ReplicaInstruments.Status, () => Replicas.All().SelectMany(replica => StatusNames<ReplicaStatus>.Measure(
            replica.GetHealth().Status, KeyValuePair.Create(InstrumentTags.Replica, (object?)replica.Name))));
        Show(ReplicaInstruments.RefusedRows, replica => replica.RefusedRows);
    }

    public static void Add(ModelReplica replica) => Replicas.Add(replica);

    public static void Remove(ModelReplica replica) => Replicas.Remove(replica);

    /// <summary>Counts a time that a replica could not follow.</summary>
    public static void Failed(Exception failure) => Failures.Add(1, (failure as SnapshotException)?.Fault switch
    {
        SnapshotFault.Missing => 0,
        SnapshotFault.Damaged => 1,
        SnapshotFault.Mismatch => 2,
        SnapshotFault.Refused => 3,
        SnapshotFault.Storage => 4,
        _ => 5,
    });

    /// <summary>Measures how long a replica took to get to another commit.</summary>
    public static void Changed(string replica, bool isDelta, TimeSpan duration) => Changes.Record(
        duration.TotalSeconds, KeyValuePair.Create(InstrumentTags.Replica, (object?)replica),
        KeyValuePair.Create(InstrumentTags.Kind, (object?)(isDelta ? "delta" : "load")));

    private static void Show<T>(InstrumentDescription shown, Func<ModelReplica, T?> read)
        where T : struct => EmbeddingMeter.Observed(shown, () =>
            from replica in Replicas.All()
            let value = read(replica)
            where value is not null
            select new Measurement<T>(value.Value, KeyValuePair.Create(InstrumentTags.Replica, (object?)replica.Name)));

    private static void Show(InstrumentDescription shown, Func<ModelReplica, long> read) => Show<long>(shown, replica => read(replica));

    private static void Show(InstrumentDescription shown, Func<ModelReplica, double> read) => Show<double>(shown, replica => read(replica));
}
