using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>Rules that look at whole rows give the bits of their scalar twin at every width and length, and touch nothing else.</summary>
public class RowRuleTests
{
    private const int Longest = 130;

    private static readonly IRowRuleRunner[] All =
    [
        new Runner<RowWiseAdagradRule>(new RowWiseAdagradRule(0.1f, 0.01f, 1e-6f)),
        new Runner<GroupAdagradRule>(new GroupAdagradRule(0.1f, 0.01f, 0.5f, 0)),
        new Runner<GroupAdagradRule>(new GroupAdagradRule(0.1f, 0.01f, 0.5f, 3)),
        new Runner<GroupFtrlRule>(new GroupFtrlRule(0.05f, 1, 0, 0.3f)),
        new Runner<GroupFtrlRule>(new GroupFtrlRule(0.05f, 1, 0.2f, 0)),
    ];

    public interface IRowRuleRunner
    {
        void Run(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, int width);
    }

    [TestCaseSource(nameof(All))]
    public void Every_width_equals_the_scalar_form_to_the_bit(IRowRuleRunner runner)
    {
        var random = new Random(3);
        using GuardedFloats weights = new(Longest), state = new(Longest + 1), gradient = new(Longest);
        for (var round = 0; round < 3; round++)
        {
            for (var length = 1; length <= Longest; length++)
            {
                var (w, s, g) = (RandomFloats.Draw(random, length), RandomFloats.Draw(random, length + 1, isPositive: true),
                    RandomFloats.Draw(random, length));
                float[] expectedWeights = [.. w], expectedState = [.. s];
                runner.Run(expectedWeights, expectedState, g, width: 1);
                foreach (var width in new[] { 4, 8, 16, 0 })
                {
                    var actualWeights = weights.Last(w);
                    var actualState = state.Last(s);
                    runner.Run(actualWeights, actualState, gradient.Last(g), width);
                    Assert.That(Bits.Of(actualWeights), Is.EqualTo(Bits.Of(expectedWeights)), $"weights, width {width}, length {length}");
                    Assert.That(Bits.Of(actualState), Is.EqualTo(Bits.Of(expectedState)), $"state, width {width}, length {length}");
                    weights.AssertUntouched(length);
                    state.AssertUntouched(length + 1);
                    gradient.AssertUntouched(length);
                }
            }
        }
    }

    [Test]
    public void Spans_of_different_lengths_are_refused() => Assert.That(
        () => All[0].Run(new float[4], new float[1], new float[3], width: 0), Throws.ArgumentException.With.Message.Contains("4")
        .And.Message.Contains("3"));

    private sealed class Runner<TRule>(TRule rule) : IRowRuleRunner
        where TRule : struct, IRowRule
    {
        public unsafe void Run(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, int width)
        {
            if (width == 0)
            {
                RowLoop.Run(in rule, weights, state, gradient);
                return;
            }
            fixed (float* w = weights, s = state, g = gradient)
            {
                float* row = w, of = g;
                var rows = new SegmentRows(&row, &of, 1, 0, weights.Length, (nint)(s - w), state.Length);
                if (width == 1) rule.Run<ScalarLane, AnyLength>(in rows);
                else if (width == 4) rule.Run<Lane128, AnyLength>(in rows);
                else if (width == 8 && weights.Length % 8 == 0) rule.Run<Lane256, WholeLanes>(in rows);
                else if (width == 8) rule.Run<Lane256, AnyLength>(in rows);
                else if (weights.Length % 16 == 0) rule.Run<Lane512, WholeLanes>(in rows);
                else rule.Run<Lane512, AnyLength>(in rows);
            }
        }

        public override string ToString() => typeof(TRule).Name;
    }
}
