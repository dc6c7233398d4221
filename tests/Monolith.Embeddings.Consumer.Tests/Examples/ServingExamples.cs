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
}
