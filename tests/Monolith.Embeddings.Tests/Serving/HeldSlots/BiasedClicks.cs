using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>
/// Clicks whose truth is known: log-odds are the item's relevance less what its place costs. The policy that showed the items had it wrong:
/// the less relevant an item, the higher up it mostly was.
/// </summary>
internal static class BiasedClicks
{
    public const int Items = 200, Places = 10;

    private const int Views = 200_000;

    /// <summary>The share of pairs of items that a model ranks as their relevance does, after it learned all clicks.</summary>
    /// <param name="seed">Of relevances and clicks.</param>
    /// <param name="hasPosition">Whether the model knows the places.</param>
    public static async Task<double> RankedRightAsync(int seed, bool hasPosition)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", r => r.Bias(new AdagradOptions { LearningRate = 0.1f }));
        f.Table("places", r => r.Bias(new AdagradOptions { LearningRate = 0.1f }));
        var item = f.Slot("item", "items");
        if (hasPosition) f.Position("place", "places");
        var click = f.Task("click");
        var schema = f.Build();
        var random = new Random(seed);
        double[] relevance = [.. Enumerable.Range(0, Items).Select(_ => 2 * random.NextDouble() - 1)];
        var encoder = new ExampleEncoder<int>(schema, (in int _, ExampleWriter w) =>
        {
            var shown = random.Next(Items);
            // Six of ten views are where the policy puts the item, the others anywhere.
            var byPolicy = (int)((relevance[shown] + 1) / 2 * Places);
            var place = 1 + (random.NextDouble() < 0.6 ? byPolicy : random.Next(Places));
            var odds = relevance[shown] - 2 * Math.Log(place);
            w.Id(item, shown).Label(click, random.NextDouble() < 1 / (1 + Math.Exp(-odds))).Served(new() { Position = place });
        });
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        using var model = new LogisticRegression(schema);
        await using var trainer = new OnlineTrainer(
            tables, model, ExampleSource.From(() => Enumerable.Range(0, Views), encoder, 100));
        await trainer.RunAsync();
        await using var predictor = await LivePredictor.OpenAsync(trainer, () => new LogisticRegression(schema));
        using var request = predictor.Rent(Items);
        for (var i = 0; i < Items; i++) request.Add().Id(item, i);
        var scores = new float[Items];
        predictor.Predict(request, scores);
        return PairsInOrder(relevance, scores);
    }

    private static double PairsInOrder(double[] truth, float[] scores)
    {
        var right = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                if (truth[i] > truth[k] == scores[i] > scores[k]) right++;
            }
        }
        return right / (truth.Length * (truth.Length - 1) / 2.0);
    }
}
