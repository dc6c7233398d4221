using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// n1 = n + max g^2; s = (sqrt n1 - sqrt n) / lr; z += g - s w; w = norm(z) at most l1 sqrt D ? 0 : -(1 - l1 sqrt D / norm(z)) z / ((beta +
/// sqrt n1) / lr + l2). State: z, then n.
/// </summary>
internal readonly unsafe struct GroupFtrlRule(float learningRate, float beta, float l1, float l2) : IRowRule
{
    public void Run<TLane, TLength>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        var (rate, offset, penalty, n) = (learningRate, beta, l2, rows.Dimension);
        var threshold = l1 * MathF.Sqrt(n);
        var itself = default(SecondOfTwo);
        for (var row = 0; row < rows.Count; row++)
        {
            var place = rows.At(row);
            float* w = place.Weights, z = place.State, g = place.Gradient;
            var before = z[n];
            var largest = RowReduction.Of<LargestMagnitude, SecondOfTwo, TLane, TLength>(in itself, g, g, n);
            var accumulator = MathF.FusedMultiplyAdd(largest, largest, before);
            z[n] = accumulator;
            var root = MathF.Sqrt(accumulator);
            var squares = GroupFtrlSum.Run<TLane, TLength>((root - MathF.Sqrt(before)) / rate, z, w, g, n);
            var factor = 1 / ((offset + root) / rate + penalty);
            if (threshold > 0)
            {
                var norm = MathF.Sqrt(squares);
                if (norm <= threshold)
                {
                    rows.Weights(row).Clear();
                    continue;
                }
                factor *= 1 - threshold / norm;
            }
            if (TLength.IsWhole)
            {
                GroupFtrlSum.Solve<TLane>(factor, w, z, n);
                continue;
            }
            var solve = new NegatedScaleRule(factor);
            RowLoop.Each<NegatedScaleRule, TLane, TLength>(in solve, w, z, n);
        }
    }
}
