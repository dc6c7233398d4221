using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Training.Ranking;

/// <summary>
/// Ranks the items of positive examples among all items that have a row, before a batch is learned from. Buffers are used again. Not
/// thread-safe.
/// </summary>
internal sealed class PrequentialRanking
{
    // As many contexts are queried in one pass over the items.
    private const int MostEvents = 128;

    private readonly RankingMetricsOptions _options;
    private readonly OnlineModel _model;
    private readonly EmbeddingTable _items;
    private readonly FeatureSlot _item;
    private readonly FeatureSlot? _user;
    // What the context lacks, by the slot's index and by the dense column: all that the item decides.
    private readonly bool[] _itemSlots;
    private readonly int[] _itemDense, _itemNumbers;
    private readonly LabelTask _task;
    private readonly EmbeddingLayer _layer;
    private readonly FeatureBatch _contexts;
    private readonly SeenItems? _seen;
    private readonly SeenCandidates _left;
    private readonly RankedPositives _positives = new();
    private readonly RankSearch _search;
    private readonly long[] _ids = new long[MostEvents], _before = new long[MostEvents];
    private readonly bool[] _found = new bool[MostEvents];
    private readonly float[] _queries, _rows, _constants = new float[MostEvents];
    private long _events;

    /// <exception cref="ArgumentException">The schema has no such slots, or the tables are elsewhere.</exception>
    /// <exception cref="NotSupportedException">The model's logit is no dot product.</exception>
    public PrequentialRanking(RankingMetricsOptions options, TableSet tables, OnlineModel model, FeatureSchema schema, int threads)
    {
        (_options, _model) = (options, model);
        if (tables is not EmbeddingTableSet own)
            throw new ArgumentException($"Items are ranked over an {nameof(EmbeddingTableSet)} alone, not a {tables.GetType().Name}.");
        if (!model.SupportsItemQueries) throw model.NoItemQueries();
        (_item, _user) = (SlotOf(schema, options.Item), options.User is { } user ? SlotOf(schema, user) : null);
        if (_item.HeldInServing is not null)
            throw new ArgumentException($"Slot '{_item.Name}' is held at {_item.HeldInServing} in serving, and has no items to rank.");
        _itemSlots = new bool[schema.Slots.Count];
        foreach (var name in options.ItemSlots.Append(options.Item)) _itemSlots[SlotOf(schema, name).Index] = true;
        _itemDense = [.. options.ItemDense];
        _itemNumbers = [.. options.ItemNumbers.Select(name => ColumnOf(schema, name).Index)];
        if (_item.IsDerived || _user is { IsDerived: true })
        {
            throw new ArgumentException(
                $"{nameof(OnlineTrainerOptions.Ranking)} names a derived slot as item or user; name those that are written.");
        }
        RequireColumns(schema.DenseWidth);
        _task = model.ReportedTask
            ?? throw new ArgumentException($"The model '{model.Name}' reports no task, whose label says what to rank.");
        _items = own.Tables[_item.Table];
        _layer = new EmbeddingLayer(tables, schema, threads);
        _contexts = new FeatureBatch(schema);
        _contexts.SetAbsentSlots(OfItem(schema));
        _seen = _user is null ? null : new SeenItems(options.SeenPerUser, options.MaxUsers);
        _left = new SeenCandidates(_items, MostEvents);
        _search = new RankSearch(_items.LiveRows, threads == -1 ? Environment.ProcessorCount : threads);
        (_queries, _rows) = (new float[MostEvents * _items.Dimension], new float[MostEvents * _items.Dimension]);
        Metrics = new RankingMetrics([.. options.K]);
    }

    public RankingMetrics Metrics { get; }

    /// <summary>Ranks the positives of a batch, which is not learned from yet.</summary>
    public void Rank(ExampleBatch batch)
    {
        var labels = batch.Labels(_task);
        var isLate = batch.HasLate ? batch.IsLate : default;
        Begin();
        for (var row = 0; row < batch.Rows; row++)
        {
            // Not where there is no label.
            if (!(labels[row] > 0.5f) || (!isLate.IsEmpty && isLate[row])) continue;
            foreach (var id in IdsOf(batch, _item, row)) AddEvent(batch, row, id);
        }
        RankEvents();
    }

    private static FeatureSlot SlotOf(FeatureSchema schema, string name) => schema.Slots.FirstOrDefault(slot => slot.Name == name)
        ?? throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.Ranking)} names a slot '{name}', which the schema does not have; it has "
            + $"{string.Join(", ", schema.Slots.Select(slot => $"'{slot.Name}'"))}.");

    private static NumberColumn ColumnOf(FeatureSchema schema, string name) =>
        schema.Numbers.FirstOrDefault(number => number.Name == name) ?? throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.Ranking)} names a raw column '{name}', which the schema does not have; it has "
            + $"{string.Join(", ", schema.Numbers.Select(number => $"'{number.Name}'").DefaultIfEmpty("none"))}.");

    // What the item decides, and all that is derived from it.
    private bool[] OfItem(FeatureSchema schema)
    {
        var slots = (bool[])_itemSlots.Clone();
        var numbers = new bool[schema.Numbers.Count];
        foreach (var number in _itemNumbers) numbers[number] = true;
        schema.AddDerivedFrom(slots, numbers);
        return slots;
    }

    private void RequireColumns(int width)
    {
        foreach (var column in _itemDense)
        {
            if (column < 0 || column >= width)
                throw new ArgumentException(
                    $"{nameof(OnlineTrainerOptions.Ranking)}.{nameof(RankingMetricsOptions.ItemDense)} names the dense feature "
                    + $"{column}, and the schema has {width}, counted from 0.");
        }
    }

    private static ReadOnlySpan<long> IdsOf(FeatureBatch batch, FeatureSlot slot, int row)
    {
        var offsets = batch.Offsets(slot);
        if (batch.IsShared(slot)) row = 0;
        return batch.Ids(slot)[offsets[row]..offsets[row + 1]];
    }

    private void Begin()
    {
        _contexts.Clear();
        _left.Clear();
    }

    private void AddEvent(ExampleBatch batch, int row, long id)
    {
        var user = _user is null ? default : IdsOf(batch, _user, row);
        if (_events++ % _options.EveryNth == 0)
        {
            _ids[_contexts.Rows] = id;
            // What was seen up to this event, others of the batch included.
            _left.Add(user.IsEmpty ? [] : _seen!.Of(user[0]), id);
            _contexts.AddWithout(_itemSlots, _itemDense, _itemNumbers, batch, row);
        }
        if (!user.IsEmpty) _seen!.Add(user[0], id);
        if (_contexts.Rows == MostEvents) RankEvents();
    }

    // As they are served: what is held then is held here.
    private void QueryContexts(Span<float> queries, Span<float> constants)
    {
        _contexts.BeginHolding();
        try
        {
            _layer.Lookup(_contexts);
            _model.ItemQueries(new ItemQueryContext(_layer.Inputs, _contexts, _item, queries, constants));
        }
        finally
        {
            _contexts.EndHolding();
        }
    }

    private void RankEvents()
    {
        var (count, width) = (_contexts.Rows, _items.Dimension);
        if (count == 0) return;
        var ids = _ids.AsSpan(0, count);
        if (_model.DerivedFeatures is { } derived) _layer.DerivedFeatures = derived;
        QueryContexts(_queries.AsSpan(0, count * width), _constants.AsSpan(0, count));
        _items.Contains(ids, _found.AsSpan(0, count));
        _items.Lookup(ids, _rows.AsSpan(0, count * width));
        _positives.Take(width, ids, _queries.AsSpan(0, count * width), _rows.AsSpan(0, count * width));
        _search.Count(_positives, _before.AsSpan(0, count));
        _left.Subtract(_positives, _before);
        for (var i = 0; i < count; i++)
        {
            var isRanked = _found[i] && float.IsFinite(_positives.ScoreOf(i, _rows.AsSpan(i * width, width)));
            // Another thread may remove rows between counting and taking off.
            if (isRanked) Metrics.Add(1 + Math.Max(0, _before[i]));
            else Metrics.AddCold();
        }
        Begin();
    }
}
