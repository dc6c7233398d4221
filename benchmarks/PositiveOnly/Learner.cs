using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace PositiveOnly;

/// <summary>Learns a log of choices through sampler and trainer; choices are ranked among all items before they are learned.</summary>
internal static class Learner
{
    /// <summary>
    /// Learns the events before one; then another trainer goes on from the commit of the first, and ranks as well.
    /// </summary>
    /// <param name="settings">Of the model; each n-th event is ranked.</param>
    /// <param name="events">In the order of time.</param>
    /// <param name="from">The first event that is ranked.</param>
    /// <param name="calibration">Takes what was predicted for each row; null for none.</param>
    public static async Task<double> RunAsync(Settings settings, Event[] events, int from, Calibration? calibration = null)
    {
        var store = new MemorySnapshotStore();
        await RunAsync(settings, events[..from], store, null, calibration);
        var ranking = new RankingMetricsOptions { Item = Shop.ItemSlot, EveryNth = settings.EveryNth };
        return await RunAsync(settings, events, store, ranking, calibration);
    }

    /// <summary>The same for a DeepFM, which is asked about every item.</summary>
    /// <param name="settings">Of the model; each n-th event is ranked.</param>
    /// <param name="events">In the order of time.</param>
    /// <param name="from">The first event whose rank counts.</param>
    public static async Task<double> RunDeepAsync(Settings settings, Event[] events, int from)
    {
        var shop = new Shop(settings);
        using var tables = new EmbeddingTableSet(shop.Schema, new() { Seed = settings.Seed, MemoryLimitBytes = 1L << 30 });
        using var model = shop.CreateDeepModel();
        var (ranker, read, ranked, found) = (new DeepRanker(shop, tables, model), 0, 0, 0);
        await using var trainer = new OnlineTrainer(tables, model, Source(settings, shop, events), options: new()
        {
            MaxDegreeOfParallelism = 1,
            WindowExamples = long.MaxValue,
            Scored = (batch, _) =>
            {
                var before = read;
                read += Positives(batch, shop.Chosen);
                ranker.Learned(batch.Ids(shop.Item));
                // The first event of the batch that comes next.
                if (read < from || read >= events.Length || before / settings.EveryNth == read / settings.EveryNth) return;
                ranked++;
                if (ranker.Finds(events[read])) found++;
            },
        });
        await trainer.RunAsync();
        return (double)found / ranked;
    }

    private static async Task<double> RunAsync(
        Settings settings, Event[] events, SnapshotStore store, RankingMetricsOptions? ranking, Calibration? calibration)
    {
        var shop = new Shop(settings);
        using var tables = new EmbeddingTableSet(shop.Schema, new() { Seed = settings.Seed, MemoryLimitBytes = 1L << 30 });
        using var model = shop.CreateModel();
        await using var trainer = new OnlineTrainer(tables, model, Source(settings, shop, events), store, new()
        {
            MaxDegreeOfParallelism = 1,
            WindowExamples = long.MaxValue,
            Ranking = ranking,
            Scored = calibration is null ? null : (batch, logits) => calibration.Add(batch, logits, shop),
            Synchronization = { SparseEvery = TimeSpan.FromDays(1) },
        });
        await trainer.RunAsync();
        return trainer.Ranking?.Total().At[0].Recall ?? double.NaN;
    }

    private static NegativeSampler Source(Settings settings, Shop shop, Event[] events) =>
        ExampleSource.From(() => events, shop.Encoder, settings.BatchSize).WithNegatives(new()
        {
            Task = shop.Chosen,
            Item = shop.Item,
            User = shop.User,
            PerPositive = settings.Negatives,
            Power = settings.Power,
            Window = settings.Window,
            ItemAge = settings.ItemDays is { } days ? TimeSpan.FromDays(days) : null,
            Seed = settings.Seed,
        });

    private static int Positives(ExampleBatch batch, LabelTask task)
    {
        var count = 0;
        foreach (var label in batch.Labels(task)) count += label > 0.5f ? 1 : 0;
        return count;
    }
}
