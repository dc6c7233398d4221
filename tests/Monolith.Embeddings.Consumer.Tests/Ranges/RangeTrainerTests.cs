using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

public class RangeTrainerTests
{
    private const int Examples = 3000;

    [Test]
    public async Task A_trainer_learns_the_same_on_ranges_that_answer_later()
    {
        var (expected, expectedProgress) = await TrainAsync(ranges: 0);
        foreach (var ranges in new[] { 1, 4, 64 })
        {
            var (actual, progress) = await TrainAsync(ranges);
            Assert.That(actual, Is.EqualTo(expected), $"{ranges} ranges");
            Assert.That((progress.Rows, progress.Admitted, progress.Evicted, progress.Total),
                Is.EqualTo((expectedProgress.Rows, expectedProgress.Admitted, expectedProgress.Evicted, expectedProgress.Total)));
        }
        Assert.That(expectedProgress.Evicted, Is.GreaterThan(0));
    }

    // The rows as they are after the stream, one after the other; ranges: 0 for one set.
    private static async Task<(float[] Rows, TrainingProgress Progress)> TrainAsync(int ranges)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()), t =>
            (t.Expiry, t.AtLimit, t.MaxRows) = (new TimeToLiveOptions(TimeSpan.FromMinutes(5)), new LeastRecentlyUpdatedOptions(), 150));
        var (user, item) = (f.Slot("user", "t"), f.Slot("item", "t", Pooling.Mean, maxIds: 3));
        var click = f.Task("click");
        var schema = f.Build();
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w
            .Id(user, i * 31 % 97).Id(item, 1000 + (i * 17 % 211)).Id(item, 1000 + (i % 13)).Label(click, i % 3 == 0).At(TimeOf(i)));
        var options = new EmbeddingTableSetOptions { Seed = 3, MemoryLimitBytes = 64 << 20, EventTimeSkew = TimeSpan.FromHours(1) };
        var sets = Enumerable.Range(0, ranges).Select(i => new EmbeddingTableSet(schema, new EmbeddingTableSetOptions
        {
            Seed = 3,
            MemoryLimitBytes = 64 << 20,
            EventTimeSkew = TimeSpan.FromHours(1),
            Range = new IdRange(i, ranges),
        })).ToArray();
        using var one = new EmbeddingTableSet(schema, options);
        try
        {
            TableSet tables = ranges == 0 ? one : new PartitionedTableSet(schema, new AnsweringLater(sets), options);
            using var model = new FactorizationMachine(schema, new());
            await using var trainer = new OnlineTrainer(
                tables, model, ExampleSource.From(() => Enumerable.Range(0, Examples), encoder, 32),
                new OnlineTrainerOptions { ClipGlobalNorm = 0.5f, EvictEvery = TimeSpan.FromMinutes(2) });
            var progress = await trainer.RunAsync();
            long[] ids = [.. Enumerable.Range(0, 1300).Select(id => (long)id)];
            return ([.. ids.SelectMany(id => RowOf(ranges == 0 ? one : sets[IdRange.IndexOf(id, ranges)], id))], progress);
        }
        finally
        {
            foreach (var set in sets) set.Dispose();
        }
    }

    private static float[] RowOf(EmbeddingTableSet tables, long id)
    {
        var row = new float[tables.Tables[0].Dimension];
        tables.Tables[0].Lookup(id, row);
        return row;
    }

    // Two seconds apart; one in fifty comes from a clock that is a month ahead.
    private static long TimeOf(int i) => 1_700_000_000_000 + (2000L * i) + (i % 50 == 7 ? TimeSpan.FromDays(30).Ticks / 10_000 : 0);
}
