using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

internal sealed class StatelessRunner<TRule>(TRule rule) : IRuleRunner
    where TRule : struct, IUpdateRule
{
    public int States => 0;

    public void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient) =>
        UpdateLoop.Run(in rule, weights, gradient);

    public void RunRows(in SegmentRows rows) => UpdateLoop.RunRows(in rule, in rows);

    public int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane> =>
        UpdateLoop.Run<TRule, TLane>(in rule, weights, gradient, 0);

    public override string ToString() => typeof(TRule).Name;
}
