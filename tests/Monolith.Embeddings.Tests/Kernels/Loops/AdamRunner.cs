using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>Adam with the same corrections at every step; the rows of these tests have no number of the step.</summary>
internal sealed unsafe class AdamRunner<TTerms>(AdamStep step, AdamFactors factors) : IRuleRunner
    where TTerms : struct, IAdamTerms
{
    public int States => AdamRule<TTerms>.States;

    public void Run(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
    {
        fixed (float* w = weights, s = states, g = gradient)
            AdamLoop.RunRow<TTerms, UnkeptRows>(in step, in factors, new RowPlace(w, s, g), default, weights.Length);
    }

    public void RunRows(in SegmentRows rows) => AdamLoop.RunRows<TTerms, UncountedSteps>(in step, new UncountedSteps(factors), in rows);

    public int Run<TLane>(Span<float> weights, Span<float> states, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var isFinite = true;
        fixed (float* w = weights, s = states, g = gradient)
            return (int)AdamRule<TTerms>.Run<TLane, UnkeptRows>(
                in step, in factors, new RowPlace(w, s, g), default, weights.Length, 0, ref isFinite);
    }

    public override string ToString() => typeof(TTerms).Name;
}
