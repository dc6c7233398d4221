using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// n1 = n + max g^2; s = (sqrt n1 - sqrt n) / lr; z += g - s w; w = norm(z) at most l1 sqrt D ? 0 :
/// -(1 - l1 sqrt D / norm(z)) z / ((beta + sqrt n1) / lr + l2). State: z, then n.
/// </summary>
internal readonly struct GroupFtrlRule(float learningRate, float beta, float l1, float l2) : IRowRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var z = state[..weights.Length];
        var before = state[weights.Length];
        var itself = default(SecondOfTwo);
        var largest = RowReduction.Of<LargestMagnitude, SecondOfTwo, TLane>(in itself, gradient, gradient);
        var accumulator = MathF.FusedMultiplyAdd(largest, largest, before);
        state[weights.Length] = accumulator;
        var root = MathF.Sqrt(accumulator);
        var sum = new GroupFtrlSumRule((root - MathF.Sqrt(before)) / learningRate);
        RowLoop.Each<GroupFtrlSumRule, TLane>(in sum, weights, z, gradient);
        var factor = 1 / ((beta + root) / learningRate + l2);
        if (l1 > 0)
        {
            var norm = MathF.Sqrt(RowReduction.Of<SquareSum, SecondOfTwo, TLane>(in itself, z, z));
            var threshold = l1 * MathF.Sqrt(weights.Length);
            if (norm <= threshold)
            {
                weights.Clear();
                return;
            }
            factor *= 1 - threshold / norm;
        }
        var solve = new NegatedScaleRule(factor);
        RowLoop.Each<NegatedScaleRule, TLane>(in solve, weights, z);
    }
}
