using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>SASRec against its equations in double precision; what it may see; sequences without steps; its losses.</summary>
public class SasRecTests
{
    private static readonly FeatureSchema Schema = SequenceSchemas.Create();

    [Test]
    public void Outputs_and_scores_are_those_of_the_equations([Values] bool isNormalized, [Values] bool isShared, [Values(1, 2)] int heads)
    {
        using var module = New(isNormalized, isShared, heads);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (twin, result) = (new SasRecTwin(module, batch, isNormalized, isShared, heads), module.call(batch.Tensors));
        var (users, scores) = (Floats(result.Output("user")), Floats(result.Part(SasRecModule.PositiveName)));
        var negatives = Floats(result.Part(SasRecModule.NegativeName));
        var drawn = negatives.Length / scores.Length;
        var compared = 0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            Assert.That(Floats(result.Logits)[row], Is.EqualTo(twin.Logit(row)).Within(2e-4), $"row {row}");
            Assert.That(users.Chunk(SequenceSchemas.Dimension).ElementAt(row), Is.EqualTo(twin.Newest(row)).Within(1e-5), $"row {row}");
            for (var t = 0; t < batch.Rows[row].Of("history").Length; t++)
            {
                var place = row * SequenceSchemas.Steps + t;
                Assert.That(scores[place], Is.EqualTo(twin.Positive(row, t)).Within(2e-4), $"row {row}, position {t}");
                var counted = negatives[(place * drawn)..((place + 1) * drawn)].Where(score => score > -1e29f);
                Assert.That(counted, Is.EqualTo(twin.Negatives(row, t)).Within(2e-4), $"row {row}, position {t}");
                compared += twin.Negatives(row, t).Length;
            }
        }
        Assert.That(compared, Is.GreaterThan(20));
    }

    [Test]
    public void A_batch_of_short_sequences_has_no_more_positions_than_they([Values] bool isShared)
    {
        using var module = New(isShared: isShared);
        using var batch = new SequenceBatch(
            Schema, SequenceSchemas.Row([11, 12], 13, [21, 22]), SequenceSchemas.Row([14], 15, [23]), SequenceSchemas.Row([], 16));
        using var scope = NewDisposeScope();
        var (twin, result) = (new SasRecTwin(module, batch, true, isShared, 1), module.call(batch.Tensors));
        var positive = result.Part(SasRecModule.PositiveName);
        Assert.That(positive.shape, Is.EqualTo(new long[] { 3, 2 }));
        foreach (var (row, t) in new[] { (0, 0), (0, 1), (1, 0) })
            Assert.That(Floats(positive)[row * 2 + t], Is.EqualTo(twin.Positive(row, t)).Within(2e-4), $"row {row}, position {t}");
        for (var row = 0; row < 3; row++) Assert.That(Floats(result.Logits)[row], Is.EqualTo(twin.Logit(row)).Within(2e-4), $"row {row}");
        var loss = new SasRecLoss().Compute(result, batch.Targets);
        Assert.That(loss.item<float>(), Is.EqualTo(twin.Loss(SequenceLossKind.SampledSoftmax, false)).Within(1e-3));
        loss.backward();
        var width = SequenceSchemas.Steps * SequenceSchemas.Dimension;
        foreach (var (gradient, row) in batch.GradientOf("history").Chunk(width).Select((gradient, row) => (gradient, row)))
            Assert.That(gradient.Any(g => g != 0), Is.EqualTo(row < 2), $"row {row}");
    }

    [Test]
    public void Losses_are_those_of_the_equations([Values] SequenceLossKind kind, [Values] bool isNewestOnly, [Values] bool isShared)
    {
        using var module = New(isShared: isShared);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var loss = new SasRecLoss(kind) { LearnsNewestOnly = isNewestOnly }.Compute(module.call(batch.Tensors), batch.Targets);
        var expected = new SasRecTwin(module, batch, true, isShared, 1).Loss(kind, isNewestOnly);
        Assert.That(loss.item<float>(), Is.EqualTo(expected).Within(1e-4 * (1 + expected)));
    }

    [Test]
    public void Gradients_are_differences_of_the_loss([Values] SequenceLossKind kind, [Values] bool isNormalized)
    {
        using var module = New(isNormalized, isShared: isNormalized, heads: 2);
        module.to(ScalarType.Float64);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (inputs, loss) = (batch.InDoubles(), new SasRecLoss(kind));
        (string, Tensor)[] leaves =
        [
            ("slots", inputs.Segments[0]), ("history", inputs.Sequences[0]), ("negatives", inputs.Sequences[1]),
            .. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
        ];
        Assert.That(Slopes.Check(() => loss.Compute(module.call(inputs), batch.Targets), leaves), Is.GreaterThan(200));
    }

    [Test]
    public void A_later_step_leaves_earlier_outputs_bit_equal()
    {
        using var module = New();
        using var one = new SequenceBatch(Schema, SequenceSchemas.Row([11, 12, 13, 14, 15], 16), SequenceSchemas.Row([11, 12], 16));
        using var other = new SequenceBatch(Schema, SequenceSchemas.Row([11, 12, 13, 31, 32], 16), SequenceSchemas.Row([11, 33], 16));
        var (before, after) = (Users(module, one), Users(module, other));
        foreach (var (row, same) in new[] { (0, 3), (1, 1) })
        {
            var (first, width) = (row * SequenceSchemas.Steps * SequenceSchemas.Dimension, same * SequenceSchemas.Dimension);
            Assert.That(after[first..(first + width)], Is.EqualTo(before[first..(first + width)]), $"row {row}");
            Assert.That(after[first + width], Is.Not.EqualTo(before[first + width]), $"row {row}");
        }
    }

    [Test]
    public void What_stands_behind_the_end_never_shows()
    {
        using var module = New();
        using var clean = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var dirty = new SequenceBatch(Schema, SequenceSchemas.Rows());
        foreach (var layout in Schema.Layout.Sequences)
        {
            for (var row = 0; row < dirty.Rows.Count; row++)
            {
                var used = dirty.Inputs.Lengths(layout)[row] * layout.Dimension;
                dirty.Inputs.Sequence(layout).Slice(row * layout.Width, layout.Width)[used..].Fill(1000);
            }
        }
        Assert.That(Users(module, dirty), Is.EqualTo(Users(module, clean)));
        var (losses, loss) = (new List<float>(), new SasRecLoss());
        foreach (var batch in new[] { clean, dirty })
        {
            using var scope = NewDisposeScope();
            var computed = loss.Compute(module.call(batch.Tensors), batch.Targets);
            losses.Add(computed.item<float>());
            computed.backward();
        }
        Assert.That(losses[1], Is.EqualTo(losses[0]));
        Assert.That(dirty.GradientOf("history"), Is.EqualTo(clean.GradientOf("history")));
        Assert.That(dirty.GradientOf("negatives"), Is.EqualTo(clean.GradientOf("negatives")));
    }

    [Test]
    public void Sequences_without_steps_give_zeros_and_no_gradient()
    {
        using var module = New();
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Row([], 14, [21]), SequenceSchemas.Row([], 15));
        using var scope = NewDisposeScope();
        var result = module.call(batch.Tensors);
        Assert.That(Floats(result.Output("user")), Has.All.Zero);
        Assert.That(Floats(result.Logits), Has.All.Zero);
        var loss = new SasRecLoss().Compute(result, batch.Targets);
        (loss + result.Logits.sum() + result.Output("user").sum()).backward();
        Assert.That(loss.item<float>(), Is.Zero);
        Assert.That(batch.GradientOf("history"), Has.All.Zero);
        Assert.That(batch.GradientOf("negatives"), Has.All.Zero);
        foreach (var (name, parameter) in module.named_parameters())
            Assert.That(parameter.grad is { } gradient ? Floats(gradient) : [], Has.All.Zero, name);
    }

    [Test]
    public void A_schema_that_does_not_fit_is_refused()
    {
        var newestFirst = SequenceSchemas.Create(SequenceOrder.NewestFirst);
        Assert.That(() => new SasRecModule(newestFirst),
            Throws.ArgumentException.With.Message.Contains("'history' has the order NewestFirst"));
        Assert.That(() => new SasRecModule(Schema, "past"), Throws.ArgumentException.With.Message.Contains("'history/vector'"));
        Assert.That(() => new SasRecModule(Schema, item: "items"),
            Throws.ArgumentException.With.Message.Contains("'user' of 4, 'item' of 4"));
        Assert.That(() => new SasRecModule(Schema, heads: 3), Throws.ArgumentException.With.Message.Contains("3 heads"));
        Assert.That(() => new SasRecModule(Schema, dropout: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SasRecModule(Schema, temperature: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        using var silent = new SasRecModule(Schema, negatives: null);
        using var model = new TorchModel(Schema, silent, new() { Loss = new SasRecLoss() });
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        Assert.That(() => batch.Train(model), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("'positive'"));
    }

    [Test]
    public void A_model_learns_what_comes_next()
    {
        var options = new TorchModelOptions { Loss = new SasRecLoss(), Optimizer = p => optim.Adam(p, lr: 0.02) };
        using var model = new TorchModel(Schema, New(), options);
        var rows = Enumerable.Range(0, 12).Select(i => SequenceSchemas.Row(
            [.. Enumerable.Range(0, 1 + i % 5).Select(t => Cycle(i + t))], Cycle(i + 1 + i % 5), [Cycle(i), Cycle(i + 4), Cycle(i + 7)]));
        using var batch = new SequenceBatch(Schema, [.. rows]);
        batch.Train(model);
        var first = Loss();
        for (var step = 0; step < 60; step++) batch.Train(model);
        Assert.That(Loss(), Is.LessThan(first - 5));

        // Scores of the example's items: what is learned goes up.
        double Loss() => -batch.Logits.Sum();
        static long Cycle(int place) => 40 + place % 9;
    }

    private static SasRecModule New(bool isNormalized = true, bool isShared = false, int heads = 1) => new(
        Schema, heads: heads, inner: 6, dropout: 0, temperature: isNormalized ? 0.1 : 1, isNormalized: isNormalized,
        sharesNegatives: isShared, seed: 3);

    private static float[] Users(SasRecModule module, SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        var history = batch.Tensors.Sequence("history");
        return Floats(module.Users(history, history.Mask()));
    }

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
