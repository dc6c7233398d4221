using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>g' = g + wd w; n += mean(g'^2); w -= lr g' / (sqrt(n) + eps).</summary>
internal readonly struct RowWiseAdagradRule(float learningRate, float weightDecay, float epsilon) : IRowRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var decayed = new DecayedGradient(weightDecay);
        var accumulator = state[0] + RowReduction.Of<SquareSum, DecayedGradient, TLane>(in decayed, weights, gradient) / weights.Length;
        state[0] = accumulator;
        var step = new SteppedWeight(learningRate / (MathF.Sqrt(accumulator) + epsilon), weightDecay);
        RowLoop.Each<SteppedWeight, TLane>(in step, weights, gradient);
    }
}
