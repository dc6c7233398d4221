using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

internal sealed class OneStateRunner<TRule>(TRule rule) : IRuleRunner
    where TRule : struct, IOneStateRule
{
    public int States => 1;

    public void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient) =>
        UpdateLoop.Run(in rule, weights, states, gradient);

    public void RunRows(in SegmentRows rows) => UpdateLoop.RunRowsOneState(in rule, in rows);

    public int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane> =>
        UpdateLoop.Run<TRule, TLane>(in rule, weights, states, gradient, 0);

    public override string ToString() => typeof(TRule).Name;
}
