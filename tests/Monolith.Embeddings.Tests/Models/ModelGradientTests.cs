using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

public sealed class ModelGradientTests
{
    [Test]
    public void Logits_and_all_gradients_agree_with_the_formulas(
        [Values("lr", "fm", "deep", "linear deep")] string name, [Values(0, 3)] int denseWidth, [Values(1, 4, 16)] int dimension,
        [Values(FeedbackCorrection.None, FeedbackCorrection.FakeNegativeCalibration, FeedbackCorrection.FakeNegativeWeighting)]
        FeedbackCorrection correction)
    {
        var fixture = new ModelFixture(dimension, denseWidth, correction: correction);
        using var model = name == "linear deep"
            ? ModelFixture.Create("deep", fixture.Schema, hidden: [])
            : ModelFixture.Create(name, fixture.Schema);
        Wiggle(model);
        // Not the first batch, and not the largest: nothing of the one before may be left.
        fixture.Fill(rows: 40, seed: 100);
        fixture.Train(model);
        fixture.Fill(rows: 29, seed: dimension + denseWidth);
        var reference = new ReferenceModel(fixture, model);
        fixture.Train(model);

        var expected = Enumerable.Range(0, 29).Select(reference.Logit);
        Assert.That(fixture.Logits, Is.EqualTo(expected).Within(2e-6));
        Assert.That(fixture.Gradients.Block(fixture.Bias).ToArray(), Is.EqualTo(reference.Gradient(reference.Biases)).Within(2e-6));
        Assert.That(fixture.Gradients.Block(fixture.Vector).ToArray(), Is.EqualTo(reference.Gradient(reference.Vectors)).Within(5e-6));
        Assert.That(fixture.Gradients.Block(fixture.Schema.Layout.Find("other")!).ToArray(), Is.All.EqualTo(0f));
        for (var i = 0; i < reference.Parameters.Length; i++)
        {
            Assert.That(model.Graph.Parameters[i].Gradient, Is.EqualTo(reference.Gradient(reference.Parameters[i])).Within(2e-5),
                $"weights {i}");
        }
    }

    [Test]
    public void Dense_weights_step_against_the_gradient([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture();
        using var model = ModelFixture.Create(name, fixture.Schema, new SgdOptions { LearningRate = 0.125f });
        fixture.Fill(rows: 40, seed: 2);
        var reference = new ReferenceModel(fixture, model);
        fixture.Train(model);
        for (var i = 0; i < reference.Parameters.Length; i++)
        {
            var expected = reference.Parameters[i].Zip(reference.Gradient(reference.Parameters[i]), (w, g) => w - 0.125 * g);
            Assert.That(model.Graph.Parameters[i].Weights, Is.EqualTo(expected).Within(1e-5));
        }
        Assert.That(model.Step, Is.EqualTo(1));
    }

    [Test]
    public void Predicting_gives_the_logits_that_training_gives_before_it_learns([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture(tasks: 3);
        using var model = ModelFixture.Create(name, fixture.Schema, configure: o => o.Tasks = ["task1"]);
        fixture.Fill(rows: 100, seed: 4);
        var before = fixture.Predict(model);
        fixture.Train(model);
        Assert.That(fixture.Logits, Is.EqualTo(before));
        Assert.That(Of(before, 1), Has.Length.EqualTo(100).And.None.NaN);
        Assert.That(Of(before, 0).Concat(Of(before, 2)), Is.All.NaN);
        Assert.That(Of(fixture.Predict(model), 1), Is.Not.EqualTo(Of(before, 1)));

        float[] Of(float[] logits, int task) => [.. Enumerable.Range(0, 100).Select(row => logits[row * 3 + task])];
    }

    [Test]
    public void Rows_without_a_label_have_no_gradient_and_teach_nothing([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture(tasks: 2);
        using var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions(), configure: o => o.Tasks = ["task0"]);
        fixture.Inputs.Resize(20);
        foreach (var segment in fixture.Schema.Layout.Segments) fixture.Inputs.Block(segment).Fill(0.5f);
        for (var i = 0; i < 20; i++)
        {
            fixture.Examples.BeginExample().Label(fixture.Schema.Tasks[1], 1f);
            fixture.Examples.EndRow();
        }
        var weights = model.Graph.Parameters.Select(p => p.Weights.ToArray()).ToArray();
        var logits = new float[40];
        fixture.Examples.Dense.CopyTo(fixture.Inputs.Dense);
        fixture.Train(model, fixture.Examples, logits);
        foreach (var segment in fixture.Schema.Layout.Segments)
            Assert.That(fixture.Gradients.Block(segment).ToArray(), Is.All.EqualTo(0f));
        Assert.That(model.Graph.Parameters.Select(p => p.Weights), Is.EqualTo(weights));
        Assert.That(model.Step, Is.EqualTo(0));
    }

    [Test]
    public void An_empty_batch_is_fine([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture();
        using var model = ModelFixture.Create(name, fixture.Schema);
        fixture.Fill(rows: 0, seed: 1);
        Assert.That(() => fixture.Train(model), Throws.Nothing);
        Assert.That(fixture.Predict(model), Is.Empty);
        Assert.That(fixture.Gradients.Rows, Is.EqualTo(0));
    }

    /// <summary>The rest of the batch must be learned as if the bad rows had not been there.</summary>
    [Test]
    public void Rows_that_are_not_finite_teach_nothing_and_are_counted(
        [Values("lr", "fm", "deep")] string name, [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f)] float bad)
    {
        var fixture = new ModelFixture(firstN: 8);
        using var model = ModelFixture.Create(name, fixture.Schema);
        using var healthy = ModelFixture.Create(name, fixture.Schema);
        fixture.Fill(rows: 30, seed: 5);
        int[] badRows = [0, 7, 8, 29];
        foreach (var row in badRows)
        {
            fixture.Inputs.Block(fixture.Bias).Slice(row * fixture.Bias.Width, fixture.Bias.Width).Fill(bad);
            fixture.Inputs.Block(fixture.Vector)[row * fixture.Vector.Width + row % 3] = bad;
        }
        fixture.Train(model);
        Assert.That(model.NonFiniteRows, Is.EqualTo(4));
        var (biases, vectors) = (fixture.Gradients.Block(fixture.Bias).ToArray(), fixture.Gradients.Block(fixture.Vector).ToArray());
        Assert.That(biases.Concat(vectors), Has.All.Matches<float>(float.IsFinite));
        foreach (var row in badRows)
        {
            Assert.That(biases.Skip(row * fixture.Bias.Width).Take(fixture.Bias.Width), Is.All.EqualTo(0f));
            Assert.That(vectors.Skip(row * fixture.Vector.Width).Take(fixture.Vector.Width), Is.All.EqualTo(0f));
        }

        // The same batch with zeros in the bad rows and no labels there.
        foreach (var row in badRows)
        {
            fixture.Inputs.Block(fixture.Bias).Slice(row * fixture.Bias.Width, fixture.Bias.Width).Clear();
            fixture.Inputs.Block(fixture.Vector)[row * fixture.Vector.Width + row % 3] = 0;
        }
        var examples = WithoutLabels(fixture, badRows);
        fixture.Train(healthy, examples, fixture.Logits);
        Assert.That(model.Graph.Parameters.Select(p => p.Weights), Is.EqualTo(healthy.Graph.Parameters.Select(p => p.Weights)));
        Assert.That(healthy.NonFiniteRows, Is.EqualTo(0));
    }

    [Test]
    public void Rows_whose_gradients_overflow_are_lost_and_leave_the_dense_weights_as_they_were()
    {
        var fixture = new ModelFixture(denseWidth: 1);
        using var model = new LogisticRegression(fixture.Schema, new() { Optimizer = new SgdOptions() });
        fixture.Inputs.Resize(2);
        foreach (var segment in fixture.Schema.Layout.Segments) fixture.Inputs.Block(segment).Clear();
        for (var i = 0; i < 2; i++)
        {
            fixture.Examples.BeginExample().Dense(0, 3e38f).Weight(1e30f).Label(fixture.Schema.Tasks[0], 1f);
            fixture.Examples.EndRow();
        }
        fixture.Examples.Dense.CopyTo(fixture.Inputs.Dense);
        fixture.Train(model, fixture.Examples, new float[2]);
        Assert.That(model.Graph.Parameters[0].Weights, Is.All.EqualTo(0f));
        Assert.That((model.SkippedUpdates, model.Step, model.NonFiniteRows), Is.EqualTo((0L, 0L, 2L)));
    }

    private static ExampleBatch WithoutLabels(ModelFixture fixture, int[] rows)
    {
        var (task, width) = (fixture.Schema.Tasks[0], fixture.Schema.DenseWidth);
        var examples = new ExampleBatch(fixture.Schema);
        for (var row = 0; row < fixture.Examples.Rows; row++)
        {
            var writer = examples.BeginExample().Weight(fixture.Examples.Weights[row]);
            writer.Label(task, rows.Contains(row) ? float.NaN : fixture.Examples.Labels(task)[row]);
            writer.LogitOffset(task, fixture.Examples.LogitOffsets(task)[row]);
            for (var i = 0; i < width; i++) writer.Dense(i, fixture.Examples.Dense[row * width + i]);
            examples.EndRow();
        }
        return examples;
    }

    /// <summary>Gives the weights that start at 0 a value, so that none of their gradients is hidden.</summary>
    private static void Wiggle(BuiltInModel model)
    {
        var random = new Random(8);
        foreach (var parameter in model.Graph.Parameters)
        {
            foreach (ref var weight in parameter.Weights.AsSpan()) weight += (random.NextSingle() - 0.5f) * 0.2f;
        }
    }
}
