// docs/guide/first-model.md shows what stands between the two marks, to the letter; FirstModelPageTests holds that.
// <page>
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;

public static class VisitRanking
{
    /// <summary>Says what the user may like, best first, by the newest commit.</summary>
    public static async Task RunAsync(string store, long user, long[] items)
    {
        var shop = new VisitModel();
        using var dense = shop.CreateDense();
        await using var replica = await ModelReplica.OpenAsync(new FileSnapshotStore(store), dense);
        using var request = replica.Rent(items.Length);
        request.Shared.Id(shop.User, user);
        foreach (var item in items) request.Add().Id(shop.Item, item);
        var scores = new float[items.Length];
        replica.Predict(request, scores);
        foreach (var (item, score) in items.Zip(scores).OrderByDescending(pair => pair.Second)) Console.WriteLine($"{item} {score:F3}");
    }
}
// </page>
