using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

internal class TwoStateRunner<TRule>(TRule rule) : IRuleRunner
    where TRule : struct, ITwoStateRule
{
    public int States => 2;

    public void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient) =>
        UpdateLoop.Run(in rule, weights, states[..weights.Length], states[weights.Length..], gradient);

    public virtual void RunRows(in SegmentRows rows)
    {
        for (var row = 0; row < rows.Count; row++) Run(rows.Weights(row), rows.State(row), rows.Gradient(row));
    }

    public int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane> =>
        UpdateLoop.Run<TRule, TLane>(in rule, weights, states[..weights.Length], states[weights.Length..], gradient, 0);

    public override string ToString() => typeof(TRule).Name;
}
