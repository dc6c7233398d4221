using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.Tests.Optimizers;

public class DelegatingOptimizerTests
{
    [Test]
    public void What_the_derived_rule_does_not_change_is_the_inner_rule_s()
    {
        var inner = new Asked();
        var outer = new Halved(inner);
        Assert.That((outer.Name, outer.UsesOccurrences, outer.UsesWeightsAtRead), Is.EqualTo(("asked", true, true)));
        Assert.That((outer.StateLength(3), outer.ExactStateLength(3)), Is.EqualTo((4, 1)));
        outer.Begin([1], [0], default);
        outer.InitializeState([1], [0]);
        outer.WeightsMoved([1], [0]);
        outer.Apply([1], [0], [3], default);
        Assert.That(inner.Calls, Is.EqualTo(new[] { "begin", "initialize", "moved", "apply 1.5" }));
    }

    [Test]
    public void A_rule_around_a_built_in_one_is_the_user_s()
    {
        var (rule, clipping) = (new SgdOptions().Create(), new GradientClipping { Value = 1 });
        Assert.That((new Halved(rule).IsBuiltIn, rule.ClippedBy(clipping).IsBuiltIn, new Halved(rule).ClippedBy(clipping).IsBuiltIn),
            Is.EqualTo((false, true, false)));
    }

    [Test]
    public void Half_of_each_gradient_is_learned_row_by_row_and_by_blocks()
    {
        float[] one = [1, 2, 3, 4], halves = [1, 2, 3, 4];
        new SgdOptions { LearningRate = 0.5f }.Create().ApplyRows(2, one, [], [1, 2, 3, 4], new BlockContext(0));
        new Halved(new SgdOptions { LearningRate = 1 }.Create()).ApplyRows(2, halves, [], [1, 2, 3, 4], new BlockContext(0));
        Assert.That(halves, Is.EqualTo(one));
    }

    [Test]
    public void It_keeps_the_contract() => new OptimizerContract(() => new Halved(new AdagradOptions().Create())).Verify();

    [Test]
    public void There_must_be_an_inner_rule() => Assert.That(() => new Halved(null!), Throws.ArgumentNullException);

    private sealed class Halved(Optimizer inner) : DelegatingOptimizer(inner)
    {
        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
            Span<float> half = stackalloc float[gradient.Length];
            for (var i = 0; i < half.Length; i++) half[i] = gradient[i] / 2;
            Inner.Apply(weights, state, half, in context);
        }
    }

    private sealed class Asked : Optimizer
    {
        public List<string> Calls { get; } = [];

        public override string Name => "asked";

        public override bool UsesOccurrences => true;

        public override bool UsesWeightsAtRead => true;

        public override int StateLength(int dimension) => dimension + 1;

        public override int ExactStateLength(int dimension) => 1;

        public override void Begin(Span<float> weights, Span<float> state, in RowBirth birth) => Calls.Add("begin");

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => Calls.Add("initialize");

        public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state) => Calls.Add("moved");

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
            Calls.Add($"apply {gradient[0]}");
    }
}
