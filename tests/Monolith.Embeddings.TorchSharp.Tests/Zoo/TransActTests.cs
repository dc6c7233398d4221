using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>TransAct against its equations in double precision: masks by age, the maximum, the first tokens.</summary>
public class TransActTests
{
    private const int Kinds = 3, First = 2;

    private static readonly FeatureSchema Schema = SequenceSchemas.Create(SequenceOrder.NewestFirst);

    [Test]
    public void Logits_are_those_of_the_equations([Values] bool hasActions, [Values] bool hasAges)
    {
        using var module = New(hasActions, hasAges);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (weights, logits) = (new DoubleWeights(module), Floats(module.call(batch.Tensors)));
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            double[] seen =
            [
                .. Vector(batch.Rows[row].Of("user")[0]), .. Vector(batch.Rows[row].Of("item")[0]),
                .. Attended(weights, batch.Rows[row], hasActions, hasAges),
            ];
            Assert.That(logits[row], Is.EqualTo(weights.Perceptron("perceptron", seen)[0]).Within(2e-5), $"row {row}");
        }
    }

    [Test]
    public void Masked_and_absent_tokens_give_zeros_and_no_gradient()
    {
        using var module = New();
        var young = SequenceSchemas.Row([12, 16], 14);
        Assert.That(young.Values["history"].Select(step => step[3]), Has.All.Negative, "the rows of this test must be masked");
        using var batch = new SequenceBatch(Schema, young, SequenceSchemas.Row([], 15));
        using var scope = NewDisposeScope();
        var attended = module.Attended(batch.Tensors);
        attended.sum().backward();
        Assert.That(Floats(attended), Has.All.Zero);
        Assert.That(batch.GradientOf("history"), Has.All.Zero);
        Assert.That(batch.Gradients.Block(Schema.Layout.Segments[0]).ToArray(), Has.All.Zero);
        foreach (var (name, parameter) in module.named_parameters())
            Assert.That(parameter.grad is { } gradient ? Floats(gradient) : [], Has.All.Zero, name);
    }

    [Test]
    public void A_masked_token_enters_nothing()
    {
        using var module = New();
        using var scope = NewDisposeScope();
        // 12 and 20 are of the same age, later than the request.
        using var one = new SequenceBatch(Schema, SequenceSchemas.Row([13, 12, 14], 15));
        using var other = new SequenceBatch(Schema, SequenceSchemas.Row([13, 20, 14], 15));
        using var all = New(hasAges: false);
        Assert.That(Floats(module.Attended(other.Tensors)), Is.EqualTo(Floats(module.Attended(one.Tensors))));
        Assert.That(Floats(all.Attended(other.Tensors)), Is.Not.EqualTo(Floats(all.Attended(one.Tensors))));
    }

    [Test]
    public void A_window_masks_young_actions_in_training_alone()
    {
        using var module = New(window: 1e9);
        using var plain = New();
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Row([13, 15, 18], 15));
        using var scope = NewDisposeScope();
        using var generator = manual_seed(1);
        module.train();
        Assert.That(Floats(module.Attended(batch.Tensors)), Has.All.Zero);
        module.eval();
        Assert.That(Floats(module.Attended(batch.Tensors)), Is.EqualTo(Floats(plain.Attended(batch.Tensors))));
    }

    [Test]
    public void Gradients_are_differences()
    {
        using var module = New();
        module.to(ScalarType.Float64);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var inputs = batch.InDoubles();
        (string, Tensor)[] leaves =
        [
            ("slots", inputs.Segments[0]), ("history", inputs.Sequences[0]),
            .. module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)),
        ];
        Assert.That(Slopes.Check(() => module.call(inputs).square().sum(), leaves), Is.GreaterThan(300));
    }

    [Test]
    public void A_schema_that_does_not_fit_is_refused()
    {
        var oldestFirst = SequenceSchemas.Create();
        Assert.That(() => new TransActModule(oldestFirst), Throws.ArgumentException.With.Message.Contains("order OldestFirst"));
        Assert.That(() => new TransActModule(Schema, action: "kind"), Throws.ArgumentException.With.Message.Contains("'action', 'other'"));
        Assert.That(() => new TransActModule(Schema, first: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TransActModule(Schema, window: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TransActModule(Schema, heads: 3), Throws.ArgumentException.With.Message.Contains("3 heads"));
    }

    private static double[] Attended(DoubleWeights weights, SequenceRow row, bool hasActions, bool hasAges)
    {
        var (history, candidate) = (row.Of("history"), Vector(row.Of("item")[0]));
        var steps = row.Values["history"];
        var there = Enumerable.Range(0, history.Length).Where(t => !hasAges || steps[t][3] >= 0).ToArray();
        var tokens = there.Select(t => new[]
        {
            hasActions ? weights.Row("actions.weight", Math.Clamp((int)steps[t][0], 0, Kinds - 1)) : [], Vector(history[t]), candidate,
        }.SelectMany(part => part).ToArray()).ToArray();
        for (var layer = 0; weights.Has($"layers.{layer}.first.weight"); layer++)
            tokens = weights.Layer($"layers.{layer}", tokens, (_, _) => true, heads: 2);
        var width = 2 * SequenceSchemas.Dimension + (hasActions ? 2 : 0);
        var largest = Enumerable.Range(0, width).Select(f => tokens.Length == 0 ? 0 : tokens.Max(token => token[f]));
        // A masked token keeps its place among the first.
        var first = Enumerable.Range(0, First)
            .SelectMany(t => Array.IndexOf(there, t) is >= 0 and var place ? tokens[place] : new double[width]);
        return [.. weights.Linear("pooled", [.. largest]), .. first];
    }

    private static TransActModule New(bool hasActions = true, bool hasAges = true, double window = 0)
    {
        var module = new TransActModule(
            Schema, action: hasActions ? "action" : null, kinds: Kinds, actionWidth: 2, age: hasAges ? "age" : null, window: window,
            inner: 6, dropout: 0, first: First, hidden: [5], seed: 3);
        module.eval();
        return module;
    }

    private static double[] Vector(long id) => SequenceBatch.Vector(id, SequenceSchemas.Dimension);

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
