using Monolith.Embeddings.Rows;

namespace SnapshotRatios;

/// <summary>The accounted bytes of a replica by its rows, as it was loaded: weights, ids and what leads to them.</summary>
internal sealed class ReplicaMemory(SnapshotContext context) : Measurement(context)
{
    private const int Wide = 64, WideShare = 8;

    public override IReadOnlyList<string> Names => ["replica.fp16.bytes_per_row", "replica.int8.bytes_per_row"];

    public override void Run()
    {
        Measure(Context.Settings.Rows, Context.Settings.Dimension, "");
        // Fewer rows: bytes a row do not depend on their number.
        Measure(Context.Settings.Rows / WideShare, Wide, $".dim{Wide}");
    }

    private void Measure(int rows, int dimension, string suffix)
    {
        using var subject = new ReplicaSubject(rows, dimension, Context.Settings.Folder);
        subject.Commit();
        foreach (var (name, precision) in new[] { ("fp32", RowFormat.Float32), ("fp16", RowFormat.Float16), ("int8", RowFormat.Int8) })
        {
            var replica = subject.Open(precision);
            Context.Report.Print($"replica.{name}.bytes_per_row{suffix}", replica.MemoryBytes / (double)subject.Tables.Count);
            replica.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
