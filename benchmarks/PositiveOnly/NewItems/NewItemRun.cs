using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace PositiveOnly.NewItems;

/// <summary>Learns a log through sampler and trainer, and scores the first impressions of items that are new in its last part.</summary>
internal sealed class NewItemRun
{
    private readonly Event[] _events;
    private readonly int _from, _batchSize;
    private readonly KindShop _shop;
    private readonly Dictionary<long, (int First, int Count)> _seen = [];
    private int _read;

    private NewItemRun(KindShop shop, Event[] events, int from, int batchSize) =>
        (_shop, _events, _from, _batchSize) = (shop, events, from, batchSize);

    public NewItemScores Scores { get; } = new();

    /// <param name="settings">Of the model.</param>
    /// <param name="use">What it does with kinds.</param>
    /// <param name="kinds">The kind of each item.</param>
    /// <param name="events">In the order of time.</param>
    /// <param name="from">Items that were chosen before this event are not new.</param>
    public static async Task<NewItemScores> ScoreAsync(
        Settings settings, KindUse use, IReadOnlyDictionary<long, long> kinds, Event[] events, int from)
    {
        var shop = new KindShop(settings, use);
        using var tables = new EmbeddingTableSet(shop.Schema, new() { Seed = settings.Seed, MemoryLimitBytes = 1L << 30 });
        using var model = shop.CreateModel();
        var run = new NewItemRun(shop, events, from, settings.BatchSize);
        var search = new NewItemSearch(shop, tables, model, kinds);
        var source = ExampleSource.From(() => events, shop.Encoder(kinds), settings.BatchSize).WithNegatives(new()
        {
            Task = shop.Chosen,
            Item = shop.Item,
            ItemSlots = shop.Kind is null ? [] : [shop.Kind],
            User = shop.User,
            PerPositive = settings.Negatives,
            Power = settings.Power,
            Window = settings.Window,
            Seed = settings.Seed,
        });
        await using var trainer = new OnlineTrainer(tables, model, source, options: new()
        {
            MaxDegreeOfParallelism = 1,
            WindowExamples = long.MaxValue,
            Scored = (batch, logits) => run.Scored(batch, logits, search),
        });
        await trainer.RunAsync();
        return run.Scores;
    }

    // Behind the learning of a batch: what was predicted before it is scored, and the next one is searched for.
    private void Scored(ExampleBatch batch, ReadOnlySpan<float> logits, NewItemSearch search)
    {
        var (labels, items) = (batch.Labels(_shop.Chosen).ToArray(), batch.Ids(_shop.Item).ToArray());
        for (var row = 0; row < batch.Rows;)
        {
            var end = row + 1;
            while (end < batch.Rows && labels[end] < 0.5f) end++;
            if (IsNew(items[row], _read, out var isFirst)) Scores.AddScores(isFirst, logits[row], logits[(row + 1)..end]);
            else AddDrawn(logits, items, row, end);
            Count(items[row]);
            row = end;
        }
        // Those of the batch that comes next, whose items are not counted yet.
        for (var next = _read; next < Math.Min(_read + _batchSize, _events.Length); next++)
        {
            if (!IsNew(_events[next].Item, next, out var isFirst) || isFirst) continue;
            var (found, inTwoSteps) = search.Find(_events[next]);
            Scores.AddRank(found, inTwoSteps);
        }
    }

    private void AddDrawn(ReadOnlySpan<float> logits, long[] items, int chosen, int end)
    {
        for (var drawn = chosen + 1; drawn < end; drawn++)
        {
            if (IsNew(items[drawn], _read, out _)) Scores.AddDrawn(logits[chosen], logits[drawn]);
        }
    }

    private bool IsNew(long item, int at, out bool isFirst)
    {
        var known = _seen.GetValueOrDefault(item, (First: at, Count: 0));
        isFirst = known.Count == 0;
        return known.First >= _from && known.Count < NewItemScores.Impressions;
    }

    private void Count(long item)
    {
        var (first, count) = _seen.GetValueOrDefault(item, (First: _read, Count: 0));
        _seen[item] = (first, count + 1);
        _read++;
    }
}
