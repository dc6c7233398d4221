// docs/guide/serving.md shows what stands between the two marks, to the letter; ServingPageTests holds that.
// <page>
using Monolith.Embeddings.Serving;

public static class Ranking
{
    /// <summary>The best of some items for a user, best first. Any number of threads may ask at once.</summary>
    public static long[] Best(Predictor predictor, Shop shop, long user, long[] items, int count)
    {
        using var request = predictor.Rent(items.Length);
        request.Shared.Id(shop.User, user);
        foreach (var item in items) request.Add().Id(shop.Item, item);
        var scores = new float[items.Length];
        predictor.Predict(request, scores);
        var ranked = (long[])items.Clone();
        Array.Sort(scores, ranked);
        Array.Reverse(ranked);
        return ranked[..Math.Min(count, ranked.Length)];
    }
}
// </page>
