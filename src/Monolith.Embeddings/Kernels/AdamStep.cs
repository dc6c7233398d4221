using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// What Adam and its variants share (Kingma and Ba 2015, algorithm 1; Dozat 2016; Loshchilov and Hutter 2019), in the order that the paper's section 2 proposes: with
/// r = sqrt(1 - b2^t), lr mh / (sqrt(vh) + eps) is (lr r / (1 - b1^t)) m / (sqrt(v) + eps r), so that the corrections are made once a row.
/// </summary>
/// <remarks>
/// Constants of a block of rows, and factors of a row, which are set in place, because a copy of the whole would wait for its parts to be stored. A variant that is not
/// wanted has the factor 0, which is exact.
/// </remarks>
/// <param name="weightDecay">wd of g' = g + wd w.</param>
/// <param name="shrinkage">lr wd of the decoupled decay w -= lr wd w.</param>
/// <param name="oneMinusBeta1">1 - b1.</param>
/// <param name="oneMinusBeta2">1 - b2.</param>
internal struct AdamStep(float weightDecay, float shrinkage, float oneMinusBeta1, float oneMinusBeta2)
{
    /// <summary>What m is multiplied by: lr r / (1 - b1^t), with Nesterov lr r b1 / (1 - b1^(t + 1)).</summary>
    public float MeanFactor;

    /// <summary>What g' is multiplied by beside m: 0, with Nesterov lr r (1 - b1) / (1 - b1^t).</summary>
    public float GradientFactor;

    /// <summary>eps r.</summary>
    public float Epsilon;

    /// <summary>m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v). Returns g'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane Average<TLane>(TLane weight, ref TLane mean, ref TLane square, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        mean = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta1), gradient - mean, mean);
        square = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta2), gradient * gradient - square, square);
        return gradient;
    }

    /// <summary>What the weight loses: lr mh / (sqrt(vh) + eps) + lr wd w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane Change<TLane>(TLane weight, TLane mean, TLane square, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var numerator = TLane.FusedMultiplyAdd(TLane.Broadcast(GradientFactor), gradient, mean * TLane.Broadcast(MeanFactor));
        var step = numerator / (TLane.Sqrt(square) + TLane.Broadcast(Epsilon));
        return TLane.FusedMultiplyAdd(TLane.Broadcast(shrinkage), weight, step);
    }
}
