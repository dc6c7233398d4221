using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Two towers against their equations, and their loss against that of the core.</summary>
public class TwoTowersTests
{
    private const int Dimension = SequenceSchemas.Dimension;

    private static readonly FeatureSchema Schema = SequenceSchemas.Create(dense: 2);

    [Test]
    public void Outputs_are_those_of_the_equations([Values] bool isNormalized, [Values] bool hasItemTower)
    {
        using var module = new TwoTowersModule(
            Schema, ["user"], ["item"], hasItemTower ? 3 : null, [5], hasItemTower, usesDense: true, 0.5, isNormalized, seed: 3);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        batch.Inputs.Dense.Fill(0.25f);
        using var scope = NewDisposeScope();
        var (weights, result) = (new DoubleWeights(module), module.call(batch.Tensors));
        var (users, items) = (Floats(result.Output("user")), Floats(result.Output("item")));
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            var user = weights.Perceptron("user", [.. Vector(batch.Rows[row].Of("user")[0]), 0.25, 0.25]);
            var item = Vector(batch.Rows[row].Of("item")[0]);
            if (hasItemTower) item = weights.Perceptron("item", item);
            if (isNormalized) (user, item) = (DoubleWeights.Unit(user), DoubleWeights.Unit(item));
            Assert.That(users.Chunk(user.Length).ElementAt(row), Is.EqualTo(user).Within(1e-5), $"row {row}");
            Assert.That(items.Chunk(item.Length).ElementAt(row), Is.EqualTo(item).Within(1e-5), $"row {row}");
            Assert.That(Floats(result.Logits)[row], Is.EqualTo(DoubleWeights.Dot(user, item) / 0.5).Within(1e-4), $"row {row}");
        }
    }

    [Test]
    public void The_loss_is_that_of_the_core(
        [Values] bool isCorrected, [Values] SoftmaxCorrection correction, [Values] bool masksRepeats, [Values(0, 3)] int before)
    {
        var loss = new InBatchSoftmaxLoss("item", null, isCorrected, correction, masksRepeats);
        using var batch = new SequenceBatch(Schema, Rows());
        var counts = new FrequencySketch();
        for (var i = 0; i < before; i++)
        {
            loss.OnLearned(batch.Targets);
            counts.Add([.. Learned(batch).Select(row => batch.Rows[row].Of("item")[0])]);
        }
        using var scope = NewDisposeScope();
        var (users, items) = (Drawn(batch.Rows.Count, 1), Drawn(batch.Rows.Count, 2));
        var computed = loss.Compute(TorchResult.TwoTowers(users, items, 0.2), batch.Targets);
        computed.backward();

        var expected = OfCore(batch, users, items, isCorrected ? counts : null, correction, masksRepeats);
        Assert.That(computed.item<float>(), Is.EqualTo(expected.Loss).Within(1e-4));
        Assert.That(Floats(users.grad!), Is.EqualTo(expected.Users).Within(1e-4));
        Assert.That(Floats(items.grad!), Is.EqualTo(expected.Items).Within(1e-4));
    }

    [Test]
    public void A_batch_in_which_nothing_is_learned_gives_no_gradient()
    {
        var loss = new InBatchSoftmaxLoss();
        using var batch = new SequenceBatch(Schema, Rows()[3..6]);
        using var scope = NewDisposeScope();
        var (users, items) = (Drawn(3, 1), Drawn(3, 2));
        var computed = loss.Compute(TorchResult.TwoTowers(users, items), batch.Targets);
        computed.backward();
        Assert.That(computed.item<float>(), Is.Zero);
        Assert.That(Floats(users.grad!), Has.All.Zero);
        Assert.That(Floats(items.grad!), Has.All.Zero);
    }

    [Test]
    public void Gradients_of_both_towers_are_differences_of_the_loss([Values] bool isNormalized)
    {
        using var module = new TwoTowersModule(Schema, ["user"], ["item"], 3, [5], usesDense: true, isNormalized: isNormalized, seed: 3);
        module.to(ScalarType.Float64);
        using var batch = new SequenceBatch(Schema, Rows());
        using var scope = NewDisposeScope();
        var (inputs, loss) = (batch.InDoubles(), new InBatchSoftmaxLoss());
        loss.OnLearned(batch.Targets);
        (string, Tensor)[] leaves =
            [("slots", inputs.Segments[0]), .. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter))];
        Assert.That(Slopes.Check(() => loss.Compute(module.call(inputs), batch.Targets), leaves), Is.GreaterThan(40));
    }

    [Test]
    public void What_was_counted_is_part_of_what_a_model_saves()
    {
        using var batch = new SequenceBatch(Schema, Rows());
        using var saved = New(new InBatchSoftmaxLoss());
        using var loaded = New(new InBatchSoftmaxLoss());
        for (var i = 0; i < 3; i++) batch.Train(saved);
        ModelBytes.Load(loaded, ModelBytes.Of(saved));
        batch.Train(saved);
        batch.Train(loaded);
        Assert.That(ModelBytes.Of(loaded), Is.EqualTo(ModelBytes.Of(saved)));
        using var uncounted = New(new InBatchSoftmaxLoss(isCorrected: false));
        batch.Train(uncounted);
        Assert.That(ModelBytes.Of(uncounted), Has.Length.LessThan(ModelBytes.Of(saved).Length));
    }

    [Test]
    public void Counts_of_another_size_are_refused_and_change_nothing()
    {
        using var batch = new SequenceBatch(Schema, Rows());
        using var saved = New(new InBatchSoftmaxLoss());
        batch.Train(saved);
        foreach (var loss in new[] { new InBatchSoftmaxLoss(counts: new() { Width = 64 }), new InBatchSoftmaxLoss(isCorrected: false) })
        {
            using var other = New(loss);
            var before = ModelBytes.Of(other);
            Assert.That(() => ModelBytes.Load(other, ModelBytes.Of(saved)), Throws.InstanceOf<InvalidDataException>());
            Assert.That(ModelBytes.Of(other), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_schema_that_does_not_fit_is_refused()
    {
        Assert.That(() => new TwoTowersModule(Schema, [], ["item"]), Throws.ArgumentException.With.Message.Contains("at least one"));
        Assert.That(() => new TwoTowersModule(Schema, ["history"], ["item"]), Throws.ArgumentException.With.Message.Contains("'history'"));
        Assert.That(() => new TwoTowersModule(Schema, ["user"], ["item"], 7, hasItemTower: false),
            Throws.ArgumentException.With.Message.Contains("has 4 numbers").And.Message.Contains("7"));
    }

    // An item three times, twice learned; rows that are not: a no, no label, two items, none, and no weight.
    private static SequenceRow[] Rows() =>
    [
        Row(14), Row(15) with { Weight = 2 }, Row(14), Row(16) with { Label = 0 }, Row(14) with { Label = float.NaN }, Row(17, 18), Row(),
        Row(19) with { Weight = 0 }, Row(18), Row(15), Row(20),
    ];

    private static SequenceRow Row(params long[] items) => new(new Dictionary<string, long[]> { ["user"] = [1], ["item"] = items });

    private static int[] Learned(SequenceBatch batch) =>
    [
        .. Enumerable.Range(0, batch.Rows.Count)
            .Where(row => batch.Rows[row] is { Label: > 0.5f, Weight: > 0 } found && found.Of("item").Length == 1),
    ];

    private static (double Loss, float[] Users, float[] Items) OfCore(
        SequenceBatch batch, Tensor users, Tensor items, FrequencySketch? counts, SoftmaxCorrection correction, bool masksRepeats)
    {
        var learned = Learned(batch);
        var ids = learned.Select(row => batch.Rows[row].Of("item")[0]).ToArray();
        var (losses, logQ) = (new float[ids.Length], new float[counts is null ? 0 : ids.Length]);
        counts?.EstimateLogQ(ids, logQ);
        var weights = learned.Select(row => batch.Rows[row].Weight).ToArray();
        var (userGradients, itemGradients) = (new float[ids.Length * Dimension], new float[ids.Length * Dimension]);
        var examples = new InBatchExamples
        {
            Users = Taken(users, learned),
            Items = Taken(items, learned),
            Dimension = Dimension,
            ItemIds = ids,
            LogQ = logQ,
            Weights = weights,
        };
        var softmax = new InBatchSoftmax(new() { Temperature = 0.2f, Correction = correction, MaskRepeats = masksRepeats });
        Assert.That(softmax.Compute(in examples, losses, userGradients, itemGradients), Is.EqualTo(ids.Length));
        return (losses.Zip(weights, (loss, weight) => (double)loss * weight).Sum(), Spread(userGradients), Spread(itemGradients));

        float[] Spread(float[] values)
        {
            var all = new float[batch.Rows.Count * Dimension];
            for (var i = 0; i < learned.Length; i++) values.AsSpan(i * Dimension, Dimension).CopyTo(all.AsSpan(learned[i] * Dimension));
            return all;
        }
    }

    private static float[] Taken(Tensor vectors, int[] rows) =>
        [.. rows.SelectMany(row => Floats(vectors).Skip(row * Dimension).Take(Dimension))];

    private static Tensor Drawn(int rows, int seed)
    {
        var draws = new Random(seed);
        var values = Enumerable.Range(0, rows * Dimension).Select(_ => draws.NextSingle() - 0.5f).ToArray();
        return tensor(values).view(rows, Dimension).requires_grad_();
    }

    private static TorchModel New(TorchLoss loss) =>
        new(Schema, new TwoTowersModule(Schema, ["user"], ["item"], 3, [5], usesDense: true, seed: 3), new() { Loss = loss });

    private static double[] Vector(long id) => SequenceBatch.Vector(id, Dimension);

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
