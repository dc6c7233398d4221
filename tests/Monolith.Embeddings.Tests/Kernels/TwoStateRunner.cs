using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Tests.Kernels;

internal sealed class TwoStateRunner<TRule>(TRule rule) : IRuleRunner
    where TRule : struct, ITwoStateRule
{
    public int States => 2;

    public void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient) =>
        UpdateLoop.Run(in rule, weights, states[..weights.Length], states[weights.Length..], gradient);

    public void RunRows(in SegmentRows rows) => UpdateLoop.RunRowsTwoState(in rule, in rows);

    public int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane> =>
        UpdateLoop.Run<TRule, TLane>(in rule, weights, states[..weights.Length], states[weights.Length..], gradient, 0);

    public override string ToString() => typeof(TRule).Name;
}
