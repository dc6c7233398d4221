using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>Births in a trainer: the same bits for any stripes, threads and reading ahead, and over restarts.</summary>
public class BirthTrainingTests : LeakChecked
{
    private const int Examples = 6000;

    [Test]
    public async Task No_bit_depends_on_stripes_threads_or_reading_ahead()
    {
        var expected = await TrainAsync(stripes: 1, threads: 1, ahead: 0);
        Assert.That(await TrainAsync(stripes: 64, threads: 1, ahead: 0), Is.EqualTo(expected), "stripes");
        Assert.That(await TrainAsync(stripes: 8, threads: 4, ahead: 0), Is.EqualTo(expected), "threads");
        Assert.That(await TrainAsync(stripes: 1, threads: 2, ahead: 8), Is.EqualTo(expected), "reading ahead");
        Assert.That(await TrainAsync(stripes: 8, threads: 1, ahead: 0, areBorn: false), Is.Not.EqualTo(expected), "births do something");
    }

    [Test]
    public async Task No_bit_depends_on_restarts_and_a_replica_has_the_rows([Values(700, 2100)] int lifetime)
    {
        var expected = await TrainAsync(stripes: 8, threads: 1, ahead: 2);
        var store = new MemorySnapshotStore();
        for (var end = lifetime; end < Examples; end += lifetime) await TrainAsync(8, 1, 2, store: store, until: end);
        Assert.That(await TrainAsync(8, 1, 2, store: store), Is.EqualTo(expected));
        await using var replica = await ModelReplica.OpenAsync(
            store, new FactorizationMachine(Schema(8, true).Schema),
            new() { MemoryLimitBytes = 64 << 20, PollEvery = Timeout.InfiniteTimeSpan });
        foreach (var row in expected.Where(row => row.Table == "items").Take(200))
        {
            var read = new float[4];
            Assert.That(replica.Lookup("items", [row.Id], read), Is.EqualTo(1));
            Assert.That(Bits.Of(read), Is.EqualTo(row.Bits));
        }
    }

    [Test]
    public void Nothing_is_allocated_a_batch_in_steady_state()
    {
        var s = new BirthSchema();
        using var tables = new EmbeddingTableSet(s.Schema, new() { Seed = 9, MemoryLimitBytes = 64 << 20 });
        var (layer, random, batch) = (new EmbeddingLayer(tables, s.Schema), new Random(4), new FeatureBatch(s.Schema));
        for (var row = 0; row < 400; row++)
        {
            var writer = batch.BeginRow();
            foreach (var slot in s.Schema.Slots) writer.Id(slot, random.Next(300));
            batch.EndRow();
        }
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5; i++) layer.LookupOrAdmit(batch, DateTimeOffset.UnixEpoch, i);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    private static BirthSchema Schema(int stripes, bool areBorn) =>
        new(new AdagradOptions(), t => (t.Stripes, t.Segments[0].Precision) = (stripes, RowPrecision.Float16), areBorn);

    private static async Task<List<(string Table, long Id, uint[] Bits)>> TrainAsync(
        int stripes, int threads, int ahead, bool areBorn = true, SnapshotStore? store = null, int until = Examples)
    {
        var s = Schema(stripes, areBorn);
        using var tables = new EmbeddingTableSet(s.Schema, new() { Seed = 9, MemoryLimitBytes = 64 << 20 });
        using var model = new FactorizationMachine(s.Schema);
        var encoder = new ExampleEncoder<int>(s.Schema, (in int n, ExampleWriter writer) =>
        {
            var random = new Random(n);
            // More and more items; a category has a few shops.
            var item = random.Next(50 + n / 4);
            writer.Id(s.Shop, item % 7 % 3).Id(s.Category, item % 7).Id(s.Item, item).Id(s.Recent, random.Next(50 + n / 4));
            if (n % 3 == 0) writer.Id(s.Similar, item + 1);
            writer.Label(s.Click, random.Next(3) == 0);
        });
        var options = new OnlineTrainerOptions { MaxDegreeOfParallelism = threads, ReadAheadBatches = ahead };
        var source = ExampleSource.From(() => Enumerable.Range(0, until), encoder, 700);
        if (store is not null) options.Synchronization = new() { SparseEvery = Schedule.ByBatches(1) };
        await using var trainer = store is null
            ? new OnlineTrainer(tables, model, source, options)
            : new OnlineTrainer(tables, model, source, store, options);
        await trainer.RunAsync();
        var rows = new List<(string, long, uint[])>();
        foreach (var table in tables.Tables)
        {
            foreach (var chunk in table.EnumerateRows())
            {
                foreach (var id in chunk.Ids)
                {
                    var row = new float[table.Dimension];
                    table.Lookup(id, row);
                    rows.Add((table.Name, id, Bits.Of(row)));
                }
            }
        }
        return [.. rows.OrderBy(row => row.Item1, StringComparer.Ordinal).ThenBy(row => row.Item2)];
    }
}
