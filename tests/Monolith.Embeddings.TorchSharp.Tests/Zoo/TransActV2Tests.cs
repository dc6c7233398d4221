using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>The block of TransAct V2 and the next-action loss against their equations in double precision.</summary>
public class TransActV2Tests
{
    private const int Surfaces = 2;

    private static readonly FeatureSchema Schema = SequenceSchemas.Create();

    [Test]
    public void Logits_are_those_of_the_equations([Values] bool hasSteps)
    {
        using var module = New(hasSteps);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (weights, logits) = (new DoubleWeights(module), Floats(module.call(batch.Tensors).Logits));
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            var tokens = Tokens(weights, batch.Rows[row], hasSteps);
            var largest = Enumerable.Range(0, 2 * SequenceSchemas.Dimension).Select(f => tokens.Length == 0 ? 0 : tokens.Max(t => t[f]));
            double[] seen =
            [
                .. Vector(batch.Rows[row].Of("user")[0]), .. Vector(batch.Rows[row].Of("item")[0]),
                .. weights.Linear("pooled", [.. largest]),
            ];
            Assert.That(logits[row], Is.EqualTo(weights.Perceptron("perceptron", seen)[0]).Within(2e-5), $"row {row}");
        }
    }

    [Test]
    public void The_next_action_loss_is_that_of_the_equation([Values] bool isPositiveOnly, [Values(0, 0.01, 2)] double weight)
    {
        using var module = New(positive: isPositiveOnly ? "other" : null);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (weights, result) = (new DoubleWeights(module), module.call(batch.Tensors));
        var (expected, learned) = (0.0, 0);
        foreach (var row in batch.Rows)
        {
            var (history, tokens) = (row.Of("history"), Tokens(weights, row, true));
            for (var t = 0; t + 1 < history.Length; t++)
            {
                if (isPositiveOnly && row.Values["history"][t + 1][1] == 0) continue;
                var user = weights.Linear("next", tokens[t]);
                var positive = Math.Exp(DoubleWeights.Dot(user, Vector(history[t + 1])));
                var others = row.Of("negatives").Where(id => id != history[t + 1]).Sum(id => Math.Exp(DoubleWeights.Dot(user, Vector(id))));
                expected -= row.Weight * Math.Log(positive / (positive + others));
                learned++;
            }
        }
        var tasks = new LogisticLoss().Compute(result, batch.Targets).item<float>();
        var loss = new NextActionLoss(weight).Compute(result, batch.Targets);
        Assert.That(loss.item<float>(), Is.EqualTo(tasks + weight * expected).Within(1e-4));
        Assert.That(learned, Is.EqualTo(isPositiveOnly ? 6 : 10));
    }

    [Test]
    public void Gradients_of_the_next_action_loss_are_differences([Values] bool isPositiveOnly)
    {
        using var module = New(positive: isPositiveOnly ? "other" : null);
        module.to(ScalarType.Float64);
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        using var scope = NewDisposeScope();
        var (inputs, loss) = (batch.InDoubles(), new NextActionLoss(1));
        (string, Tensor)[] leaves =
        [
            ("slots", inputs.Segments[0]), ("history", inputs.Sequences[0]), ("negatives", inputs.Sequences[1]),
            .. module.named_parameters().Where(p => !p.name.StartsWith("perceptron", StringComparison.Ordinal) && p.name != "pooled.weight")
                .Select(p => (p.name, (Tensor)p.parameter)),
        ];
        Assert.That(Slopes.Check(Next, leaves), Is.GreaterThan(300));

        // The tasks' part is left out: its labels are floats.
        Tensor Next()
        {
            var result = module.call(inputs);
            string[] names = [TransActV2Module.PositiveName, TransActV2Module.NegativeName, TransActV2Module.NextName];
            var still = new TorchResult(zeros(result.Logits.shape)).ForLoss([.. names.Select(name => (name, result.Part(name)))]);
            return loss.Compute(still, batch.Targets);
        }
    }

    [Test]
    public void A_later_token_leaves_earlier_outputs_bit_equal()
    {
        using var module = New();
        using var scope = NewDisposeScope();
        using var one = new SequenceBatch(Schema, SequenceSchemas.Row([11, 12, 13, 14, 15], 16));
        using var other = new SequenceBatch(Schema, SequenceSchemas.Row([11, 12, 13, 31, 32], 16));
        var (before, after) = (Floats(module.Tokens(one.Tensors)), Floats(module.Tokens(other.Tensors)));
        var same = 3 * 2 * SequenceSchemas.Dimension;
        Assert.That(after[..same], Is.EqualTo(before[..same]));
        Assert.That(after[same..], Is.Not.EqualTo(before[same..]));
    }

    [Test]
    public void Sequences_without_steps_give_zeros_and_no_gradient()
    {
        using var module = New();
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Row([], 14, [21]), SequenceSchemas.Row([], 15));
        using var scope = NewDisposeScope();
        var tokens = module.Tokens(batch.Tensors);
        Assert.That(Floats(tokens), Has.All.Zero);
        var result = module.call(batch.Tensors);
        var loss = new NextActionLoss(1).Compute(result, batch.Targets);
        Assert.That(loss.item<float>(), Is.EqualTo(new LogisticLoss().Compute(result, batch.Targets).item<float>()));
        (loss + tokens.sum()).backward();
        Assert.That(batch.GradientOf("history"), Has.All.Zero);
        Assert.That(batch.GradientOf("negatives"), Has.All.Zero);
        string[] unseen = ["positions", "layers.0.first.weight", "layers.1.attention.query.weight", "pooled.weight", "next.weight"];
        foreach (var name in unseen)
        {
            var parameter = module.named_parameters().Single(p => p.name == name).parameter;
            Assert.That(parameter.grad is { } gradient ? Floats(gradient) : [], Has.All.Zero, name);
        }
    }

    [Test]
    public void A_model_without_impressions_says_so()
    {
        using var model = new TorchModel(Schema, new TransActV2Module(Schema), new() { Loss = new NextActionLoss() });
        using var batch = new SequenceBatch(Schema, SequenceSchemas.Rows());
        Assert.That(() => batch.Train(model), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("'positive'"));
        Assert.That(() => new NextActionLoss(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new TransActV2Module(Schema, actions: ["save"]), Throws.ArgumentException.With.Message.Contains("'save'"));
        Assert.That(() => new TransActV2Module(SequenceSchemas.Create(SequenceOrder.NewestFirst)),
            Throws.ArgumentException.With.Message.Contains("NewestFirst"));
    }

    private static double[][] Tokens(DoubleWeights weights, SequenceRow row, bool hasSteps)
    {
        var candidate = Vector(row.Of("item")[0]);
        var tokens = row.Of("history").Select((id, t) =>
        {
            var token = DoubleWeights.Sum([.. Vector(id), .. candidate], weights.Row("positions", t));
            if (!hasSteps) return token;
            var step = row.Values["history"][t];
            token = DoubleWeights.Sum(token, weights.Linear("actions", [step[0], step[1]]));
            return DoubleWeights.Sum(token, weights.Row("surface.weight", Math.Clamp((int)step[2], 0, Surfaces - 1)));
        }).ToArray();
        for (var layer = 0; weights.Has($"layers.{layer}.first.weight"); layer++)
            tokens = weights.Layer($"layers.{layer}", tokens, (i, j) => j <= i, heads: 1);
        return tokens;
    }

    private static TransActV2Module New(bool hasSteps = true, string? positive = null) => new(
        Schema, actions: hasSteps ? ["action", "other"] : null, surface: hasSteps ? "surface" : null, surfaces: Surfaces,
        impressions: "negatives", positive: positive, inner: 6, hidden: [5], seed: 3);

    private static double[] Vector(long id) => SequenceBatch.Vector(id, SequenceSchemas.Dimension);

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
