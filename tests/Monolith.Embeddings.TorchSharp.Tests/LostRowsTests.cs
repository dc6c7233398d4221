using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>An example with absurd numbers costs itself alone.</summary>
public class LostRowsTests
{
    private const int Rows = 6, Bad = 2;

    private static readonly FeatureSchema Schema = Batch.Schema("seen");

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(1e30f)]
    public void A_row_with_an_absurd_input_is_lost_alone(float absurd)
    {
        foreach (var name in new[] { "vector", "dense", "sequence" })
        {
            using var batch = new Batch(Schema, Rows, 5);
            var (vectors, sequence) = (Schema.Layout.Find("vector")!, Schema.Layout.Sequences.Single(s => s.SegmentName == "vector"));
            if (name == "vector") batch.Inputs.Block(vectors)[Bad * vectors.Width] = absurd;
            if (name == "dense") batch.Inputs.Dense[Bad * 2] = absurd;
            if (name == "sequence")
            {
                batch.Inputs.Lengths(sequence)[Bad] = 1;
                batch.Inputs.Sequence(sequence)[Bad * sequence.Width] = absurd;
            }
            CheckLost(batch, name, LinearOfAll);
        }
    }

    [Test]
    public void Rows_whose_gradients_alone_are_absurd_are_lost()
    {
        using var batch = new Batch(Schema, Rows, 5);
        var biases = Schema.Layout.Find("bias")!;
        batch.Inputs.Block(biases)[Bad * biases.Width] = 0;
        for (var row = 0; row < Rows; row++)
        {
            if (row != Bad) batch.Inputs.Block(biases)[row * biases.Width] = 1;
        }
        // The slope of a square root at 0 is infinite.
        CheckLost(batch, "gradient", (module, input) => new TorchResult(
            module.Layer.call(input.Segment()) + input.Segment("bias").narrow(1, 0, 1).abs().sqrt()));
    }

    [Test]
    public void A_batch_whose_gradients_stay_absurd_changes_nothing()
    {
        using var model = new TorchModel(Schema, new ModuleOf(8, (module, input) =>
            new TorchResult(module.Layer.call(input.Segment()) + (module.Layer.weight! * 0).abs().sqrt().sum())));
        using var batch = new Batch(Schema, Rows, 5);
        var before = ModelBytes.Of(model);
        var norms = new List<double>();
        batch.Train(model, new TrainingCallbacks { ScaleOf = Asked });
        Assert.That(ModelBytes.Of(model), Is.EqualTo(before));
        Assert.That(batch.AllGradients(), Is.All.Zero);
        Assert.That((model.SkippedUpdates, model.NonFiniteRows), Is.EqualTo((1L, 0L)));
        Assert.That(norms, Is.EqualTo(new[] { 0.0 }));

        double Asked(double norm)
        {
            norms.Add(norm);
            return 1;
        }
    }

    [Test]
    public void A_rate_that_makes_weights_infinite_is_told()
    {
        using var model = new TorchModel(Schema, new ModuleOf(8, LinearOfAll),
            new() { Optimizer = p => optim.SGD(p, 0.1), LearningRate = _ => 3e38 });
        using var batch = new Batch(Schema, 64, 5);
        Assert.That(model.HasFiniteWeights);
        batch.Train(model);
        Assert.That(model.HasFiniteWeights, Is.False);
    }

    private static TorchResult LinearOfAll(ModuleOf module, TorchInputs input) => new(module.Layer.call(input.Segment())
        + input.Dense.sum(1, keepdim: true) + input.Sequence("seen").Values.sum(1).sum(1, keepdim: true));

    private static void CheckLost(Batch batch, string name, Func<ModuleOf, TorchInputs, TorchResult> forward)
    {
        using var model = new TorchModel(Schema, new ModuleOf(8, forward));
        batch.Train(model);
        Assert.That(batch.Logits[Bad], Is.NaN, name);
        Assert.That(batch.Logits.Where((_, row) => row != Bad), Is.All.Matches<float>(float.IsFinite), name);
        Assert.That(model.NonFiniteRows, Is.EqualTo(1), name);
        Assert.That((model.Step, model.SkippedUpdates), Is.EqualTo((1L, 0L)), name);
        Assert.That(model.HasFiniteWeights, name);

        // The same without the row: its label is missing, and its numbers are zeros.
        using var clean = new TorchModel(Schema, new ModuleOf(8, forward));
        using var without = Without(batch);
        without.Train(clean);
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            float[] expected = new float[clean.Parameters[i].Length], actual = new float[expected.Length];
            clean.Parameters[i].Read(expected);
            model.Parameters[i].Read(actual);
            Assert.That(actual, Is.EqualTo(expected).Within(1e-6), $"{name}: {clean.Parameters[i].Name}");
        }
        var (gradients, others) = (batch.AllGradients(), without.AllGradients());
        Assert.That(gradients, Is.All.Matches<float>(float.IsFinite), name);
        Assert.That(gradients, Is.EqualTo(others).Within(1e-6), name);
    }

    private static Batch Without(Batch batch)
    {
        var other = new Batch(Schema, Rows, 5, unlabelled: Bad);
        foreach (var segment in Schema.Layout.Segments)
        {
            batch.Inputs.Block(segment).CopyTo(other.Inputs.Block(segment));
            other.Inputs.Block(segment).Slice(Bad * segment.Width, segment.Width).Clear();
        }
        foreach (var sequence in Schema.Layout.Sequences)
            other.Inputs.Sequence(sequence).Slice(Bad * sequence.Width, sequence.Width).Clear();
        other.Inputs.Dense.Slice(Bad * 2, 2).Clear();
        // With any finite number in its place the row would teach; with a slope of one in the bias no root is taken at 0.
        var biases = Schema.Layout.Find("bias")!;
        other.Inputs.Block(biases)[Bad * biases.Width] = 1;
        return other;
    }
}
