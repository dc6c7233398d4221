using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// g' = g + wd w; s += max g'^2; eta = lr / (beta + sqrt s); u = w - eta g'; w = norm(u) at most eta l2 ? 0 : (1 - eta l2 / norm(u)) u, which
/// is the proximal step of the group lasso (Yuan and Lin 2006).
/// </summary>
internal readonly struct GroupAdagradRule(float learningRate, float weightDecay, float beta, float l2) : IRowRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var decayed = new DecayedGradient(weightDecay);
        var largest = RowReduction.Of<LargestMagnitude, DecayedGradient, TLane>(in decayed, weights, gradient);
        var accumulator = MathF.FusedMultiplyAdd(largest, largest, state[0]);
        state[0] = accumulator;
        var stepSize = learningRate / (beta + MathF.Sqrt(accumulator));
        var factor = 1f;
        if (l2 > 0)
        {
            var stepped = new SteppedWeight(stepSize, weightDecay);
            var norm = MathF.Sqrt(RowReduction.Of<SquareSum, SteppedWeight, TLane>(in stepped, weights, gradient));
            var threshold = stepSize * l2;
            if (norm <= threshold)
            {
                weights.Clear();
                return;
            }
            factor = 1 - threshold / norm;
        }
        var step = new SteppedWeight(stepSize, weightDecay, factor);
        RowLoop.Each<SteppedWeight, TLane>(in step, weights, gradient);
    }
}
