using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// n += g^2; w -= lr g / sqrt(n + eps) + lr wd w: Adagrad whose weight decay does not pass through the accumulator (Loshchilov and Hutter
/// 2019).
/// </summary>
internal readonly struct DecoupledAdagradRule(float learningRate, float weightDecay, float epsilon) : IOneStateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane state, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var rate = TLane.Broadcast(learningRate);
        state = TLane.FusedMultiplyAdd(gradient, gradient, state);
        var step = rate * gradient / TLane.Sqrt(state + TLane.Broadcast(epsilon));
        weight -= TLane.FusedMultiplyAdd(rate * TLane.Broadcast(weightDecay), weight, step);
    }
}
