using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>
/// What Adam and its variants share (Kingma and Ba 2015, algorithm 1; Dozat 2016; Loshchilov and Hutter 2019), in the order that the
/// paper's section 2 proposes: with r = sqrt(1 - b2^t), lr mh / (sqrt(vh) + eps) is (lr r / (1 - b1^t)) m / (sqrt(v) + eps r), so that the
/// corrections are made once a row.
/// </summary>
/// <remarks>
/// Constants come as lanes, and each by itself: those of a structure would be read from memory for every lane of weights.
/// </remarks>
internal static unsafe class AdamLanes<TTerms, TLane>
    where TTerms : struct, IAdamTerms
    where TLane : unmanaged, ILane<TLane>
{
    /// <summary>g' = g + wd w; m and v of it; w -= lr mh / (sqrt(vh) + eps) + lr wd w.</summary>
    /// <param name="place">The row. State: m, v and, where it is kept, the largest v, [n] each.</param>
    /// <param name="kept">Where it is kept.</param>
    /// <param name="n">How many weights it has.</param>
    /// <param name="i">The lane's first weight.</param>
    /// <param name="weightDecay">wd of g'.</param>
    /// <param name="shrinkage">lr wd.</param>
    /// <param name="share1">1 - b1.</param>
    /// <param name="share2">1 - b2.</param>
    /// <param name="meanFactor"><see cref="AdamFactors.Mean"/>.</param>
    /// <param name="gradientFactor"><see cref="AdamFactors.Gradient"/>.</param>
    /// <param name="epsilon"><see cref="AdamFactors.Epsilon"/>.</param>
    /// <param name="check">
    /// Stays zeros while all that is stored is finite. A mean that is not makes its weight so, and needs no look.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TKeeping>(
        RowPlace place, KeptPlace kept, nint n, nint i, TLane weightDecay, TLane shrinkage, TLane share1, TLane share2, TLane meanFactor,
        TLane gradientFactor, TLane epsilon, ref TLane check)
        where TKeeping : struct, IKeeping
    {
        float* first = place.State, second = first + n, third = second + n;
        float* keptFirst = kept.State, keptSecond = keptFirst + n, keptThird = keptSecond + n;
        // Each is kept right after it was loaded: a second load would come behind stores that may be to the same place.
        TLane weight = TLane.Load(ref place.Weights[i]), mean = TLane.Load(ref first[i]), square = TLane.Load(ref second[i]);
        if (TKeeping.Keeps)
        {
            TLane.Store(weight, ref kept.Weights[i]);
            TLane.Store(mean, ref keptFirst[i]);
            TLane.Store(square, ref keptSecond[i]);
        }
        var zero = TLane.Broadcast(0);
        var gradient = TLane.FusedMultiplyAdd(weightDecay, weight, TLane.Load(ref place.Gradient[i]));
        mean = Average(share1, mean, gradient);
        TLane.Store(mean, ref first[i]);
        square = Average(share2, square, gradient * gradient);
        TLane.Store(square, ref second[i]);
        // The largest square is one of those that were finite.
        if (TKeeping.Keeps) check = TLane.FusedMultiplyAdd(square, zero, check);
        if (TTerms.KeepLargest)
        {
            var largest = TLane.Load(ref third[i]);
            if (TKeeping.Keeps) TLane.Store(largest, ref keptThird[i]);
            square = TLane.Larger(square, largest);
            TLane.Store(square, ref third[i]);
        }
        var numerator = mean * meanFactor;
        if (TTerms.AreAll) numerator = TLane.FusedMultiplyAdd(gradientFactor, gradient, numerator);
        var change = numerator / (TLane.Sqrt(square) + epsilon);
        if (TTerms.AreAll) change = TLane.FusedMultiplyAdd(shrinkage, weight, change);
        weight -= change;
        TLane.Store(weight, ref place.Weights[i]);
        if (TKeeping.Keeps) check = TLane.FusedMultiplyAdd(weight, zero, check);
    }

    /// <summary>m + (1 - b)(g' - m), and so v with g'^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Average(TLane share, TLane mean, TLane value) => TLane.FusedMultiplyAdd(share, value - mean, mean);
}
