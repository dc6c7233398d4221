using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>The whole loop without a table: rows of two ids a side are looked up, pooled by hand, and updated by their gradients.</summary>
public sealed class ModelLearningTests
{
    private const int Dimension = 4, Ids = 2;

    [TestCase("lr", false)]
    [TestCase("fm", true)]
    [TestCase("deep", true)]
    public void Exclusive_or_of_two_ids_needs_an_interaction(string name, bool learns)
    {
        var loss = LogLossAfterTraining(name, (user, item) => user != item);
        // ln 2 is what knowing nothing costs; sums of biases can do no better.
        Assert.That(loss, learns ? Is.LessThan(0.05) : Is.GreaterThan(0.65));
    }

    [Test]
    public void One_side_alone_is_learned_by_every_model([Values("lr", "fm", "deep")] string name) =>
        Assert.That(LogLossAfterTraining(name, (user, _) => user == 1), Is.LessThan(0.05));

    private static double LogLossAfterTraining(string name, Func<int, int, bool> label)
    {
        var fixture = new ModelFixture(Dimension, denseWidth: 0, firstN: 0);
        using var model = ModelFixture.Create(name, fixture.Schema, new AdagradOptions { LearningRate = 0.05f });
        var random = new Random(1);
        var biases = new float[2 * Ids];
        var vectors = Enumerable.Range(0, 2 * Ids * Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var loss = 0.0;
        for (var step = 0; step < 600; step++)
        {
            var ids = Enumerable.Range(0, 32).Select(_ => (User: random.Next(Ids), Item: Ids + random.Next(Ids))).ToArray();
            Gather(fixture, ids, biases, vectors, label);
            var logits = new float[ids.Length];
            fixture.Train(model, fixture.Examples, logits);
            loss = logits.Select((logit, row) => Logistic.LogLoss(logit, fixture.Examples.Labels(model.Tasks[0])[row])).Average();
            Scatter(fixture, ids, biases, vectors);
        }
        return loss;
    }

    private static void Gather(
        ModelFixture fixture, (int User, int Item)[] ids, float[] biases, float[] vectors, Func<int, int, bool> label)
    {
        fixture.Inputs.Resize(ids.Length);
        fixture.Inputs.Block(fixture.Schema.Layout.Find("other")!).Clear();
        fixture.Examples.Clear();
        for (var row = 0; row < ids.Length; row++)
        {
            foreach (var (id, side) in new[] { (ids[row].User, 0), (ids[row].Item, 1) })
            {
                fixture.Inputs.Block(fixture.Bias)[2 * row + side] = biases[id];
                vectors.AsSpan(id * Dimension, Dimension).CopyTo(fixture.Inputs.Block(fixture.Vector)[((2 * row + side) * Dimension)..]);
            }
            fixture.Examples.BeginExample().Label(fixture.Schema.Tasks[0], label(ids[row].User, ids[row].Item - Ids));
            fixture.Examples.EndRow();
        }
    }

    private static void Scatter(ModelFixture fixture, (int User, int Item)[] ids, float[] biases, float[] vectors)
    {
        const float Rate = 0.05f;
        for (var row = 0; row < ids.Length; row++)
        {
            foreach (var (id, side) in new[] { (ids[row].User, 0), (ids[row].Item, 1) })
            {
                biases[id] -= Rate * fixture.Gradients.Block(fixture.Bias)[2 * row + side];
                for (var f = 0; f < Dimension; f++)
                    vectors[id * Dimension + f] -= Rate * fixture.Gradients.Block(fixture.Vector)[(2 * row + side) * Dimension + f];
            }
        }
    }
}
