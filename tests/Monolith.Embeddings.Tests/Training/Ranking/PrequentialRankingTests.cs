using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Ranking;

namespace Monolith.Embeddings.Tests.Training.Ranking;

/// <summary>Ranks of positives by counting, against predicting every candidate and sorting.</summary>
public class PrequentialRankingTests : LeakChecked
{
    private const int Most = RankedShop.Items + 100;

    [Test]
    public async Task Each_rank_is_that_of_predicting_and_sorting_all_items([Values] bool excludesSeen, [Values(1, 2)] int threads)
    {
        await using var shop = await RankedShop.TrainAsync(Machine);
        var ranking = Create(shop, excludesSeen, threads);
        var (random, seen) = (new Random(8), new Dictionary<long, HashSet<long>>());
        var items = shop.Ids;
        for (var n = 0; n < 80; n++)
        {
            var (user, item) = (random.Next(3), n % 10 == 9 ? 100_000L : items[random.Next(40)]);
            var rank = RankOf(ranking, Batch(shop, (user, item, 1)));
            var window = seen.TryGetValue(user, out var found) ? found : seen[user] = [];
            var candidates = items.Where(id => id == item || !excludesSeen || !window.Contains(id)).ToArray();
            Assert.That(rank, Is.EqualTo(Expected(shop, user, item, candidates)), $"event {n}");
            window.Add(item);
        }
        Assert.That(ranking.Metrics.Total().ColdEvents, Is.EqualTo(8));
    }

    [Test]
    public async Task What_the_item_decides_is_not_in_the_context()
    {
        await using var shop = await RankedShop.TrainAsync(Machine);
        var items = shop.Ids;
        var options = new RankingMetricsOptions { Item = "item", K = [.. Enumerable.Range(1, Most)] };
        var whole = new PrequentialRanking(options, shop.Tables, shop.Model, shop.Schema, 1);
        (options.ItemSlots, options.ItemDense) = (["city", "recent"], [0]);
        var ranking = new PrequentialRanking(options, shop.Tables, shop.Model, shop.Schema, 1);
        var differing = 0;
        for (var n = 0; n < 40; n++)
        {
            var rank = RankOf(ranking, Batch(shop, (n, items[n], 1)));
            Assert.That(rank, Is.EqualTo(Expected(shop, n, items[n], items, isBare: true)), $"event {n}");
            if (rank != RankOf(whole, Batch(shop, (n, items[n], 1)))) differing++;
        }
        Assert.That(differing, Is.GreaterThan(10));
    }

    [Test]
    public async Task A_batch_is_ranked_as_its_events_one_by_one()
    {
        await using var shop = await RankedShop.TrainAsync(Machine);
        var (random, items) = (new Random(8), shop.Ids);
        (int User, long Item, float Label)[] events =
            [.. Enumerable.Range(0, 400).Select(_ => (random.Next(3), items[random.Next(30)], (float)random.Next(2)))];
        var (together, apart) = (Create(shop, excludesSeen: true, threads: 1), Create(shop, excludesSeen: true, threads: 1));
        together.Rank(Batch(shop, events));
        foreach (var one in events) apart.Rank(Batch(shop, one));
        Assert.That(together.Metrics.Total().At, Is.EqualTo(apart.Metrics.Total().At));
        // Negatives are none.
        Assert.That(together.Metrics.Total().Events, Is.EqualTo(events.Count(e => e.Label == 1)));
    }

    [Test]
    public async Task Every_nth_event_is_ranked_and_the_others_count_as_seen()
    {
        await using var shop = await RankedShop.TrainAsync(Machine);
        var item = shop.Ids[0];
        var ranking = new PrequentialRanking(
            new() { Item = "item", User = "user", K = [1, 5], EveryNth = 3 }, shop.Tables, shop.Model, shop.Schema, 1);
        ranking.Rank(Batch(shop, [.. Enumerable.Range(0, 10).Select(_ => (1, item, 1f))]));
        Assert.That(ranking.Metrics.Total().Events, Is.EqualTo(4));
    }

    [Test]
    public async Task Nothing_is_allocated_a_batch_in_steady_state()
    {
        await using var shop = await RankedShop.TrainAsync(Machine);
        var ranking = Create(shop, excludesSeen: true, threads: 1);
        var batch = Batch(shop, [.. shop.Ids.Take(50).Select(id => (1, id, 1f))]);
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5; i++) ranking.Rank(batch);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    // Rows come with the batch that ranks first: in the first batch all are cold.
    [Test]
    public async Task A_trainer_ranks_before_it_learns_reports_and_keeps_the_total_over_a_restart()
    {
        var store = new MemorySnapshotStore();
        RankingSummary total;
        await using (var shop = new RankedShop(Machine, store, Options()))
        {
            var reports = new List<TrainingProgress>();
            var last = await shop.Trainer.RunAsync(new Reports(reports));
            total = last.RankingTotal!;
            Assert.That(total.At.Single(at => at.K == 20).Recall, Is.GreaterThan(0).And.LessThan(1));
            Assert.That(reports[0].RankingWindow!.ColdEvents, Is.EqualTo(reports[0].RankingWindow!.Events).And.GreaterThan(0));
            Assert.That(reports.Sum(report => report.RankingWindow!.Events), Is.EqualTo(total.Events));
        }
        await using var again = await RankedShop.TrainAsync(Machine, store, Options());
        Assert.That(again.Trainer.Ranking!.Total().At, Is.EqualTo(total.At));
        Assert.That(again.Trainer.Ranking.Total().Events, Is.EqualTo(total.Events));
    }

    [Test]
    public void A_trainer_refuses_what_it_cannot_rank()
    {
        Assert.That(() => new RankedShop(Machine, null, new() { Ranking = new() { Item = "shop" } }),
            Throws.ArgumentException.With.Message.Contains("'shop'").And.Message.Contains("'recent'"));
        Forgive();
        Assert.That(() => new RankedShop(schema => new DeepFm(schema), null, new() { Ranking = new() { Item = "item" } }),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("'deep-fm'"));
        Forgive();
        Assert.That(() => new RankedShop(Machine, null, new() { Ranking = new() { Item = "item", ItemDense = [2] } }),
            Throws.ArgumentException.With.Message.Contains("the dense feature 2"));
        Forgive();
        var wrong = new OnlineTrainerOptions
        {
            Ranking = new() { K = [0], EveryNth = 0, SeenPerUser = 0, User = "", ItemSlots = [""], ItemDense = [-1] },
        };
        Assert.That(OptionFailures.Of(() => _ = new RankedShop(Machine, null, wrong)), Has.Length.EqualTo(8));
        Forgive();
    }

    private static OnlineModel Machine(FeatureSchema schema) => new FactorizationMachine(schema);

    private static OnlineTrainerOptions Options() => new() { WindowExamples = 40, Ranking = new() { Item = "item", K = [1, 20] } };

    private static PrequentialRanking Create(RankedShop shop, bool excludesSeen, int threads) => new(
        new() { Item = "item", User = excludesSeen ? "user" : null, K = [.. Enumerable.Range(1, Most)] },
        shop.Tables, shop.Model, shop.Schema, threads);

    private static ExampleBatch Batch(RankedShop shop, params (int User, long Item, float Label)[] events)
    {
        var batch = new ExampleBatch(shop.Schema);
        foreach (var (user, item, label) in events)
        {
            batch.BeginExample().Id(shop.User, user).Ids(shop.Recent, [3, 77]).Ids(shop.City, [1001]).Dense(0, 0.5f).Dense(1, 1)
                .Id(shop.Item, item).Label(shop.Schema.Tasks[0], label);
            batch.EndRow();
        }
        return batch;
    }

    // Without city, recent items and the first dense feature.
    private static ExampleBatch Bare(RankedShop shop, int user, long[] items)
    {
        var batch = new ExampleBatch(shop.Schema);
        foreach (var item in items)
        {
            batch.BeginExample().Id(shop.User, user).Dense(1, 1).Id(shop.Item, item);
            batch.EndRow();
        }
        return batch;
    }

    // Zero where it could not be ranked.
    private static int RankOf(PrequentialRanking ranking, ExampleBatch batch)
    {
        ranking.Metrics.ClearWindow();
        ranking.Rank(batch);
        return ranking.Metrics.Window().At.FirstOrDefault(at => at.Recall == 1).K;
    }

    private static int Expected(RankedShop shop, int user, long item, long[] candidates, bool isBare = false)
    {
        if (!candidates.Contains(item)) return 0;
        var batch = isBare ? Bare(shop, user, candidates) : Batch(shop, [.. candidates.Select(id => (user, id, 0f))]);
        var (layer, logits) = (new EmbeddingLayer(shop.Tables, shop.Schema), new float[candidates.Length]);
        layer.Lookup(batch);
        shop.Model.Predict(new PredictContext(layer.Inputs, batch, logits));
        var sorted = candidates.Zip(logits).OrderByDescending(c => c.Second).ThenBy(c => c.First).Select(c => c.First);
        return 1 + sorted.ToList().IndexOf(item);
    }

    private sealed class Reports(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
