using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using OnlineTraining.Data;
using TorchRecommender.Data;

namespace TorchRecommender;

/// <summary>Asks a replica what to recommend, as another process would: it has the store, and makes the model itself.</summary>
internal static class Recommendation
{
    private const int Candidates = 200, Shown = 5;

    /// <summary>Serves one request from the store's newest commit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">A model that has learned nothing; the replica disposes it.</param>
    /// <param name="dataset">Who is asked for, and the candidates.</param>
    /// <param name="output">Where to say what the replica recommends.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public static async Task ServeAsync(
        SnapshotStore store, OnlineModel model, ServedDataset dataset, TextWriter output, CancellationToken cancellationToken)
    {
        var schema = model.Schema;
        await using var replica = await ModelReplica.OpenAsync(store, model, cancellationToken: cancellationToken);
        var items = dataset.Candidates(Candidates);
        var scores = Ask(replica, schema, dataset, items);
        output.WriteLine($"A replica of commit {replica.Version.Number} recommends to {dataset.Asked}:");
        foreach (var (item, score) in items.Zip(scores).OrderByDescending(pair => pair.Second).Take(Shown))
            output.WriteLine($"  {score:F3}  {dataset.NameOf(item)}");
    }

    // The user's side is looked up once, whatever the number of candidates.
    private static float[] Ask(ModelReplica replica, FeatureSchema schema, ServedDataset dataset, IReadOnlyList<long> items)
    {
        var ids = new CollisionlessIds();
        using var request = replica.Rent(items.Count);
        dataset.WriteShared(schema, ids, request.Shared);
        foreach (var item in items) dataset.WriteCandidate(schema, ids, item, request.Add());
        var scores = new float[items.Count];
        replica.Predict(request, scores);
        return scores;
    }
}
