using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// g' = g + wd w; s += max g'^2; eta = lr / (beta + sqrt s); u = w - eta g'; w = norm(u) at most eta l2 ? 0 : (1 - eta l2 / norm(u)) u,
/// which is the proximal step of the group lasso (Yuan and Lin 2006).
/// </summary>
internal readonly unsafe struct GroupAdagradRule(float learningRate, float weightDecay, float beta, float l2) : IRowRule
{
    public void Run<TLane, TLength>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        var (rate, decay, offset, penalty, n) = (learningRate, weightDecay, beta, l2, rows.Dimension);
        var decayed = new DecayedGradient(decay);
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            float* w = place.Weights, s = place.State, g = place.Gradient;
            var largest = RowReduction.Of<LargestMagnitude, DecayedGradient, TLane, TLength>(in decayed, w, g, n);
            var accumulator = MathF.FusedMultiplyAdd(largest, largest, *s);
            *s = accumulator;
            var stepSize = rate / (offset + MathF.Sqrt(accumulator));
            var factor = 1f;
            if (penalty > 0)
            {
                var norm = MathF.Sqrt(GroupAdagradSum.Run<TLane, TLength>(stepSize, decay, w, g, n));
                var threshold = stepSize * penalty;
                if (norm <= threshold)
                {
                    rows.Weights(row).Clear();
                    continue;
                }
                factor = 1 - threshold / norm;
                if (TLength.IsWhole)
                {
                    GroupAdagradSum.Shrink<TLane>(factor, w, n);
                    continue;
                }
            }
            var step = new SteppedWeight(stepSize, decay, factor);
            RowLoop.Each<SteppedWeight, TLane, TLength>(in step, w, g, n);
        }
    }
}
