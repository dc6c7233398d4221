using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// u = w - eta g', and the sum of its squares. Whole lanes are stored on the way, so that u is computed once; of other rows the weights
/// stay as they are.
/// </summary>
internal static unsafe class GroupAdagradSum
{
    /// <param name="stepSize">eta.</param>
    /// <param name="weightDecay">wd of g' = g + wd w.</param>
    /// <param name="w">[n].</param>
    /// <param name="g">[n].</param>
    /// <param name="n">How many weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Run<TLane, TLength>(float stepSize, float weightDecay, float* w, float* g, int n)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength
    {
        var stepped = new SteppedWeight(stepSize, weightDecay, 1);
        if (!TLength.IsWhole) return RowReduction.Of<SquareSum, SteppedWeight, TLane, TLength>(in stepped, w, g, n);
        TLane decay = TLane.Broadcast(weightDecay), back = TLane.Broadcast(-stepSize), a = TLane.Broadcast(0), b = a;
        nint length = n;
        for (nint i = 0; i < length; i += TLane.Width)
        {
            var weight = TLane.Load(ref w[i]);
            weight = TLane.FusedMultiplyAdd(back, TLane.FusedMultiplyAdd(decay, weight, TLane.Load(ref g[i])), weight);
            TLane.Store(weight, ref w[i]);
            a = SquareSum.Take(a, weight);
            // Lanes of 8 floats take turns.
            if (sizeof(TLane) < VirtualLanes.Count * sizeof(float)) (a, b) = (b, a);
        }
        if (sizeof(TLane) == VirtualLanes.Count * sizeof(float)) return SquareSum.Total(a);
        // The order of the turns does not matter to a sum.
        return SquareSum.Total(SquareSum.Join(a, b));
    }

    /// <summary>Multiplies whole lanes of weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Shrink<TLane>(float factor, float* w, int n)
        where TLane : unmanaged, ILane<TLane>
    {
        var shrunk = TLane.Broadcast(factor);
        nint length = n;
        for (nint i = 0; i < length; i += TLane.Width) TLane.Store(shrunk * TLane.Load(ref w[i]), ref w[i]);
    }
}
