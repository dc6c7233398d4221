using System.Diagnostics;
using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace SnapshotRatios;

/// <summary>
/// The example log with rows like those of Criteo: 26 ids that repeat as those of a click log do, 13 floats, a label. How many bytes a row
/// takes in files, and how many rows a second are written, with a commit each 100 batches, and read back.
/// </summary>
internal sealed class ExampleLogSpeed(SnapshotContext context) : Measurement(context)
{
    private const int Slots = 26, Floats = 13, BatchSize = 512, Batches = 1000, BatchesACommit = 100;
    private const long RawBytes = (Slots * sizeof(long)) + (Floats * sizeof(float)) + sizeof(float) + sizeof(long);

    public override IReadOnlyList<string> Names =>
        ["log.bytes_a_row", "log.bytes_vs_raw", "log.rows_written_a_second", "log.rows_read_a_second"];

    public override void Run() => RunAsync().GetAwaiter().GetResult();

    private async Task RunAsync()
    {
        var schema = Schema();
        var made = new MadeRows(schema);
        var (written, read, bytes) = (new List<double>(), new List<double>(), 0d);
        for (var round = 0; round < Math.Min(Context.Settings.Rounds, 5); round++)
        {
            var folder = Path.Combine(Context.Settings.Folder, $"examples-{Guid.NewGuid():N}");
            var log = new ExampleLog(new FileSnapshotStore(folder));
            written.Add(await RowsASecondAsync(made.LoggedTo(log), BatchesACommit));
            var status = await log.ReadStatusAsync();
            bytes = (double)status.Bytes / status.Rows;
            read.Add(await RowsASecondAsync(new ExampleLogSource(log, schema, new() { Records = new() { BatchSize = BatchSize } }), null));
            Directory.Delete(folder, recursive: true);
        }
        Context.Report.Print("log.bytes_a_row", bytes);
        Context.Report.Print("log.bytes_vs_raw", bytes / RawBytes);
        Context.Report.Print("log.rows_written_a_second", Interleaved.Median(written));
        Context.Report.Print("log.rows_read_a_second", Interleaved.Median(read));
    }

    private static async Task<double> RowsASecondAsync(ExampleSource source, int? batchesACommit)
    {
        var (watch, rows, batches) = (Stopwatch.StartNew(), 0L, 0);
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, CancellationToken.None))
        {
            rows += batch.Rows;
            if (batchesACommit is { } every && ++batches % every == 0) await source.CommittedAsync(batch.Position, CancellationToken.None);
            batch.Dispose();
        }
        return rows / watch.Elapsed.TotalSeconds;
    }

    private static FeatureSchema Schema()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("all", row => row.Vector(16, new AdagradOptions()));
        for (var slot = 0; slot < Slots; slot++) builder.Slot($"slot{slot}", "all");
        builder.Dense(Floats);
        builder.Task("click");
        return builder.Build();
    }

    // Made before, so that what is measured is the log alone.
    private sealed class MadeRows : ExampleSource
    {
        private readonly ExampleBatch[] _batches;

        public MadeRows(FeatureSchema schema)
        {
            (Schema, _batches) = (schema, new ExampleBatch[Batches]);
            var random = new Random(5);
            for (var i = 0; i < Batches; i++)
            {
                _batches[i] = new ExampleBatch(schema) { Position = new StreamPosition(BitConverter.GetBytes(i + 1)) };
                for (var row = 0; row < BatchSize; row++) Write(_batches[i], random, (i * BatchSize) + row);
            }
        }

        public override FeatureSchema Schema { get; }

        public override bool CanRewind => false;

        public override bool IsDeterministic => true;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            _batches.ToAsyncEnumerable();

        // Ids of a slot are hashes of numbers that are small more often than large, out of 4 to a million.
        private void Write(ExampleBatch batch, Random random, long time)
        {
            var writer = batch.BeginExample().Label(Schema.Tasks[0], random.Next(30) == 0).At(1_700_000_000_000 + time);
            for (var slot = 0; slot < Slots; slot++)
            {
                var number = (ulong)Math.Pow(4 << (slot * 18 / Slots), random.NextDouble());
                writer.Id(Schema.Slots[slot], (long)((number + (ulong)slot) * 0x9E3779B97F4A7C15));
            }
            for (var i = 0; i < Floats; i++) writer.Dense(i, MathF.Log(1 + random.Next(1000)));
            batch.EndRow();
        }
    }
}
