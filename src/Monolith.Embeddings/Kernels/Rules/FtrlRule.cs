using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// FTRL-Proximal, per coordinate (McMahan et al. 2013, algorithm 1): n1 = n + g^2; s = (sqrt n1 - sqrt n) / lr; z += g - s w;
/// w = |z| at most l1 ? 0 : (sign(z) l1 - z) / ((beta + sqrt n1) / lr + l2).
/// </summary>
internal readonly struct FtrlRule(float learningRate, float beta, float l1, float l2) : ITwoStateRule, IWholeLaneRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TLane>(ref TLane weight, ref TLane first, ref TLane second, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var rate = TLane.Broadcast(learningRate);
        var rootBefore = TLane.Sqrt(first);
        first = TLane.FusedMultiplyAdd(gradient, gradient, first);
        var root = TLane.Sqrt(first);
        second += gradient - (root - rootBefore) / rate * weight;
        var threshold = TLane.Broadcast(l1);
        var solved = (TLane.CopySign(threshold, second) - second) / ((TLane.Broadcast(beta) + root) / rate + TLane.Broadcast(l2));
        weight = TLane.SelectLessOrEqual(TLane.Abs(second), threshold, TLane.Broadcast(0), solved);
    }

    public bool RunWhole<TLane, TKeeping>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping => UpdateLoop.RunWholeTwoState<FtrlRule, TLane, TKeeping>(this, in rows);
}
