using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class ServingExamples
{
    public static async Task OfModelReplica(SnapshotStore store, Func<OnlineModel> createModel, CancellationToken stopping)
    {
        // <example ModelReplica>
        // In another process than the trainer; it may start first.
        await using var replica = await ModelReplica.OpenAsync(
            store, createModel(), new() { Startup = ReplicaStartup.WaitForCommit }, cancellationToken: stopping);
        Console.WriteLine($"commit {replica.Version.Number}, {replica.Lag.Age} old");
        // </example>
    }

    public static async Task OfLivePredictor(OnlineTrainer trainer, Func<OnlineModel> createModel, CancellationToken stopping)
    {
        // <example LivePredictor>
        // In the trainer's process, while it learns.
        await using var predictor = await LivePredictor.OpenAsync(trainer, createModel, cancellationToken: stopping);
        Console.WriteLine($"dense weights of step {predictor.DenseStep}, {predictor.Lag.Steps} batches behind");
        // </example>
    }

    public static float[] OfPredictor(Predictor predictor, FeatureSlot user, FeatureSlot item)
    {
        // <example Predictor>
        long[] candidates = [1, 2, 3];
        using var request = predictor.Rent(candidates.Length);
        request.Shared.Id(user, 42);
        foreach (var candidate in candidates) request.Add().Id(item, candidate);
        var scores = new float[candidates.Length];
        predictor.Predict(request, scores);
        // </example>
        return scores;
    }

    public static int OfTopKFilter(Predictor predictor, FeatureSlot user, FeatureSlot item, long[] seen)
    {
        // <example TopKFilter>
        // The 20 best items for user 42 that this user has not seen.
        var (ids, logits) = (new long[20], new float[20]);
        using var request = predictor.Rent(0);
        request.Shared.Id(user, 42);
        var found = predictor.TopK(request, item, ids, logits, new() { Except = seen }).Count;
        // </example>
        return found;
    }

    public static async Task OfServedLog(SnapshotStore store, OnlineModel model, FeatureSlot item, long requestId)
    {
        // <example ServedLog>
        await using var served = new ServedLog("served/host-1");
        await using var replica = await ModelReplica.OpenAsync(store, model, new() { ServedLog = served });
        using var request = replica.Rent(2);
        request.Add().Id(item, 1);
        request.Add().Id(item, 2);
        var scores = new float[2];
        replica.Predict(request, scores);
        request.Log(requestId);
        // </example>
    }
}
