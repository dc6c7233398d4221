using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;

namespace PositiveOnly.NewItems;

/// <summary>Searches all items for a choice, as a server would: by the dot product, and in two steps.</summary>
internal sealed class NewItemSearch(
    KindShop shop, EmbeddingTableSet tables, FactorizationMachine model, IReadOnlyDictionary<long, long> kinds)
{
    private const int Candidates = 200;

    private readonly EmbeddingLayer _layer = new(tables, shop.Schema);
    private readonly FeatureBatch _batch = new(shop.Schema);
    private readonly float[] _query = new float[tables.Tables[shop.Item.Table].Dimension];
    private readonly long[] _ids = new long[Candidates];
    private readonly float[] _scores = new float[Candidates], _constant = new float[1];

    /// <summary>Whether a choice is among the 20 best, by the search alone and by the second step.</summary>
    public (bool Found, bool FoundInTwoSteps) Find(in Event choice)
    {
        _batch.Clear();
        Write(_batch.BeginRow(), choice);
        _layer.Lookup(_batch);
        model.ItemQueries(new ItemQueryContext(_layer.Inputs, _batch, shop.Item, _query, _constant));
        var found = tables.Tables[shop.Item.Table].TopK(_query, _ids, _scores).Count;
        var candidates = _ids.AsSpan(0, found);
        var isFound = candidates[..Math.Min(TopRank.Places, found)].Contains(choice.Item);
        return (isFound, candidates.Contains(choice.Item) && IsBestOf(candidates, choice));
    }

    private bool IsBestOf(ReadOnlySpan<long> candidates, in Event choice)
    {
        _batch.Clear();
        foreach (var item in candidates)
        {
            var row = _batch.BeginRow().Id(shop.Item, item);
            if (shop.Kind is not null) row.Id(shop.Kind, kinds[item]);
            Write(row, choice);
        }
        _layer.Lookup(_batch);
        model.Predict(new PredictContext(_layer.Inputs, _batch, _scores.AsSpan(0, candidates.Length)));
        var scores = new Dictionary<long, float>(candidates.Length);
        for (var i = 0; i < candidates.Length; i++) scores[candidates[i]] = _scores[i];
        return TopRank.Holds(scores, choice.Item);
    }

    private void Write(FeatureWriter row, in Event choice)
    {
        row.Id(shop.User, choice.User).Ids(shop.Recent, choice.Recent);
        _batch.EndRow();
    }
}
