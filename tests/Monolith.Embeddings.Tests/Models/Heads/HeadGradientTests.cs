using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models.Heads;

/// <summary>Several tasks, with delays among them, agree with the formulas in all gradients.</summary>
public sealed class HeadGradientTests
{
    /// <summary>The corrections of the tasks, and how many biases an id has: one that all share, or one for each head.</summary>
    private static readonly (string Name, FeedbackCorrection[] Corrections, int Biases)[] Kinds =
    [
        ("two", [FeedbackCorrection.None, FeedbackCorrection.None], 2),
        ("two that share a bias", [FeedbackCorrection.None, FeedbackCorrection.FakeNegativeWeighting], 1),
        ("one with delays", [FeedbackCorrection.DelayModel], 2),
        ("one with delays and one bias", [FeedbackCorrection.DelayModel], 1),
        ("all kinds", [
            FeedbackCorrection.DelayModel, FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration,
            FeedbackCorrection.FakeNegativeWeighting, FeedbackCorrection.DelayModel], 7),
        ("all kinds that share a bias", [
            FeedbackCorrection.DelayModel, FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration,
            FeedbackCorrection.FakeNegativeWeighting, FeedbackCorrection.DelayModel], 1),
    ];

    private static IEnumerable<string> KindNames => Kinds.Select(kind => kind.Name);

    [Test, Pairwise]
    public void Heads_and_all_gradients_agree_with_the_formulas(
        [ValueSource(nameof(KindNames))] string kind, [Values("lr", "fm", "deep 0", "deep 1", "deep 2")] string name,
        [Values(0, 3)] int denseWidth, [Values(1, 20)] int dimension)
    {
        var (_, corrections, biases) = Kinds.Single(k => k.Name == kind);
        var fixture = new ModelFixture(corrections, biases, dimension, denseWidth);
        double[] weights = [.. corrections.Select((_, i) => i % 2 == 0 ? 0.5 + i : 1)];
        using var model = Create(name, fixture.Schema, weights);
        Wiggle(model);
        // Not the first batch, and not the largest: nothing of the one before may be left.
        fixture.Fill(rows: 40, seed: 100);
        fixture.Train(model);
        fixture.Fill(rows: 29, seed: dimension + denseWidth);
        var reference = new ReferenceModel(fixture, model, weights);
        var outputs = new ModelOutputBlocks(model);
        outputs.Resize(29);
        fixture.Gradients.Resize(29);
        model.Train(new TrainContext(fixture.Inputs, fixture.Examples, fixture.Gradients, fixture.Logits) { Outputs = outputs });

        AssertHeads(fixture, outputs, [.. Enumerable.Range(0, 29).Select(reference.Heads)]);
        Assert.That(fixture.Gradients.Block(fixture.Bias).ToArray(), Is.EqualTo(reference.Gradient(reference.Biases)).Within(2e-5));
        Assert.That(fixture.Gradients.Block(fixture.Vector).ToArray(), Is.EqualTo(reference.Gradient(reference.Vectors)).Within(5e-5));
        Assert.That(fixture.Gradients.Block(fixture.Schema.Layout.Find("other")!).ToArray(), Is.All.EqualTo(0f));
        for (var i = 0; i < reference.Parameters.Length; i++)
        {
            Assert.That(model.Graph.Parameters[i].Gradient, Is.EqualTo(reference.Gradient(reference.Parameters[i])).Within(2e-4),
                model.Graph.Parameters[i].Name);
        }
    }

    [Test]
    public void Interactions_begin_as_those_of_a_factorization_machine_and_rates_the_same_for_all_rows([Values(1, 3)] int biases)
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.DelayModel], biases);
        using var model = ModelFixture.Create("fm", fixture.Schema, configure: o => o.InitialBiases["task1"] = -2);
        fixture.Fill(rows: 20, seed: 3);
        if (biases > 1) fixture.Inputs.Block(fixture.Bias).Clear();
        var (reference, logits) = (new ReferenceModel(fixture, model), fixture.Predict(model));
        for (var row = 0; row < 20; row++)
        {
            Assert.That(logits[2 * row], Is.EqualTo(reference.Heads(row)[0]).Within(1e-5));
            Assert.That(logits[2 * row + 1], Is.EqualTo(logits[2 * row] - 2.3f).Within(1e-5), "all but the global bias is the same");
        }
        var outputs = new ModelOutputBlocks(model);
        outputs.Resize(20);
        model.Predict(new PredictContext(fixture.Inputs, fixture.Examples, logits) { Outputs = outputs });
        Assert.That(outputs.Block("log rate of task1").ToArray(), Is.All.EqualTo(0f));
    }

    private static void AssertHeads(ModelFixture fixture, ModelOutputBlocks outputs, double[][] heads)
    {
        var tasks = fixture.Schema.Tasks.Count;
        Assert.That(fixture.Logits, Is.EqualTo(heads.SelectMany(row => row.Take(tasks))).Within(1e-5));
        Assert.That(outputs.Outputs, Has.Count.EqualTo(heads[0].Length - tasks));
        for (var i = 0; i < outputs.Outputs.Count; i++)
        {
            Assert.That(outputs.Outputs[i].Name, Is.EqualTo(BuiltInModel.LogRateName(outputs.Outputs[i].Task!)));
            Assert.That(outputs.Block(i).ToArray(), Is.EqualTo(heads.Select(row => row[tasks + i])).Within(1e-5));
        }
    }

    private static BuiltInModel Create(string name, FeatureSchema schema, double[] weights)
    {
        int[] hidden = name switch { "deep 0" => [], "deep 1" => [6], _ => [7, 5] };
        // Small steps: the second batch must not be a matter of the first's size.
        return ModelFixture.Create(name.Split(' ')[0], schema, new SgdOptions { LearningRate = 1e-3f }, hidden, options =>
        {
            for (var i = 0; i < weights.Length; i++)
                if (weights[i] != 1) options.TaskWeights[$"task{i}"] = (float)weights[i];
        });
    }

    /// <summary>Gives the weights that start at 0 or 1 another value, so that none of their gradients is hidden.</summary>
    private static void Wiggle(BuiltInModel model)
    {
        var random = new Random(8);
        foreach (var parameter in model.Graph.Parameters)
        {
            foreach (ref var weight in parameter.Weights.AsSpan()) weight += (random.NextSingle() - 0.5f) * 0.2f;
        }
    }
}
