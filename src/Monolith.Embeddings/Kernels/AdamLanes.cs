using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// What Adam and its variants share (Kingma and Ba 2015, algorithm 1; Dozat 2016; Loshchilov and Hutter 2019), in the order that the paper's section 2 proposes: with
/// r = sqrt(1 - b2^t), lr mh / (sqrt(vh) + eps) is (lr r / (1 - b1^t)) m / (sqrt(v) + eps r), so that the corrections are made once a row.
/// </summary>
/// <remarks>Constants come as lanes, and each by itself: those of a structure would be read from memory for every lane of weights.</remarks>
internal static class AdamLanes<TTerms, TLane>
    where TTerms : struct, IAdamTerms
    where TLane : unmanaged, ILane<TLane>
{
    /// <summary>m + (1 - b)(g' - m), and so v with g'^2.</summary>
    /// <param name="share">1 - b.</param>
    /// <param name="mean">m or v.</param>
    /// <param name="value">g' or g'^2.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Average(TLane share, TLane mean, TLane value) => TLane.FusedMultiplyAdd(share, value - mean, mean);

    /// <summary>w - lr mh / (sqrt(vh) + eps) - lr wd w.</summary>
    /// <param name="weight">w.</param>
    /// <param name="gradient">g'.</param>
    /// <param name="mean">m.</param>
    /// <param name="square">v.</param>
    /// <param name="meanFactor"><see cref="AdamFactors.Mean"/>.</param>
    /// <param name="gradientFactor"><see cref="AdamFactors.Gradient"/>.</param>
    /// <param name="epsilon"><see cref="AdamFactors.Epsilon"/>.</param>
    /// <param name="shrinkage">lr wd.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Stepped(TLane weight, TLane gradient, TLane mean, TLane square, TLane meanFactor, TLane gradientFactor, TLane epsilon, TLane shrinkage)
    {
        var numerator = mean * meanFactor;
        if (TTerms.AreAll) numerator = TLane.FusedMultiplyAdd(gradientFactor, gradient, numerator);
        var change = numerator / (TLane.Sqrt(square) + epsilon);
        if (TTerms.AreAll) change = TLane.FusedMultiplyAdd(shrinkage, weight, change);
        return weight - change;
    }
}
