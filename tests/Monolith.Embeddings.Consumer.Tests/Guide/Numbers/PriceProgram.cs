// docs/guide/numbers.md shows what stands between the two marks, to the letter; NumbersPageTests holds that.
// <page>
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class PriceProgram
{
    /// <summary>Learns from all views, and commits to the store.</summary>
    public static async Task TrainAsync(IEnumerable<PricedView> views, SnapshotStore store, CancellationToken stopping = default)
    {
        var shop = new PricedShop();
        using var tables = new EmbeddingTableSet(shop.Schema, new() { MemoryLimitBytes = 1 << 28 });
        using var model = shop.CreateModel();
        var source = ExampleSource.From(() => views, shop.Encoder, batchSize: 128);
        await using var trainer = new OnlineTrainer(tables, model, source, store);
        await trainer.RunAsync(cancellationToken: stopping);
        // What was learned of the prices themselves.
        var derived = model.DerivedFeatures!;
        Console.WriteLine($"{derived.BoundsOf(shop.PriceBucket).Length} bounds; {derived.MomentsOf("price_norm")}");
    }

    /// <summary>The probabilities that a user buys each of some items, by the newest commit.</summary>
    public static async Task<float[]> ScoreAsync(
        SnapshotStore store, long user, int? age, DateTimeOffset now, IReadOnlyList<(long Item, float Price)> candidates)
    {
        var shop = new PricedShop();
        await using var replica = await ModelReplica.OpenAsync(store, shop.CreateModel(), new ModelReplicaOptions());
        using var request = replica.Rent(candidates.Count);
        // What all candidates share comes first.
        request.Shared.Id(shop.User, user).Id(shop.Hour, now.Hour);
        if (age is { } years) request.Shared.Number(shop.Age, years);
        foreach (var (item, price) in candidates) request.Add().Id(shop.Item, item).Number(shop.Price, price);
        var scores = new float[candidates.Count];
        replica.Predict(request, scores);
        return scores;
    }
}
// </page>
