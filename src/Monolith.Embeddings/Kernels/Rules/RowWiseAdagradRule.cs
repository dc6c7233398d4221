using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>g' = g + wd w; n += mean(g'^2); w -= lr g' / (sqrt(n) + eps).</summary>
internal readonly unsafe struct RowWiseAdagradRule(float learningRate, float weightDecay, float epsilon) : IRowRule
{
    public void Run<TLane, TLength>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        var (rate, decay, small, n) = (learningRate, weightDecay, epsilon, rows.Dimension);
        var decayed = new DecayedGradient(decay);
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            float* w = place.Weights, s = place.State, g = place.Gradient;
            var accumulator = *s + RowReduction.Of<SquareSum, DecayedGradient, TLane, TLength>(in decayed, w, g, n) / n;
            *s = accumulator;
            var step = new SteppedWeight(rate / (MathF.Sqrt(accumulator) + small), decay, 1);
            RowLoop.Each<SteppedWeight, TLane, TLength>(in step, w, g, n);
        }
    }
}
