using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;

namespace PositiveOnly;

/// <summary>Ranks by predicting every item, for models whose logit is no dot product.</summary>
/// <param name="shop">The schema.</param>
/// <param name="tables">What the trainer learns.</param>
/// <param name="model">What the trainer learns.</param>
internal sealed class DeepRanker(Shop shop, EmbeddingTableSet tables, OnlineModel model)
{
    private const int Chunk = 4096;

    private readonly EmbeddingLayer _layer = new(tables, shop.Schema);
    private readonly FeatureBatch _asked = new(shop.Schema);
    private readonly float[] _logits = new float[Chunk];
    private readonly HashSet<long> _known = [];

    /// <summary>Adds items that have a row.</summary>
    public void Learned(ReadOnlySpan<long> items)
    {
        foreach (var item in items) _known.Add(item);
    }

    /// <summary>Whether the item of an event is among the first 20 of all that have a row.</summary>
    public bool Finds(in Event next)
    {
        if (!_known.Contains(next.Item)) return false;
        var scores = new Dictionary<long, float>(_known.Count);
        foreach (var items in _known.Chunk(Chunk))
        {
            _asked.Clear();
            foreach (var item in items) Write(_asked.BeginRow(), next, item);
            _layer.Lookup(_asked);
            model.Predict(new PredictContext(_layer.Inputs, _asked, _logits.AsSpan(0, items.Length)));
            for (var i = 0; i < items.Length; i++) scores[items[i]] = _logits[i];
        }
        return TopRank.Holds(scores, next.Item);
    }

    private void Write(FeatureWriter row, in Event next, long item)
    {
        row.Id(shop.Item, item);
        if (shop.User is not null) row.Id(shop.User, next.User);
        row.Ids(shop.Recent, next.Recent);
        _asked.EndRow();
    }
}
