using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// What Adam and its variants share (Kingma and Ba 2015, algorithm 1; Dozat 2016; Loshchilov and Hutter 2019), with all that does not depend on an element. A
/// variant that is not wanted has the factor 0, which is exact and costs less than the division waits.
/// </summary>
/// <param name="learningRate">lr.</param>
/// <param name="weightDecay">wd of g' = g + wd w.</param>
/// <param name="shrinkage">lr wd of the decoupled decay w -= lr wd w.</param>
/// <param name="oneMinusBeta1">1 - b1.</param>
/// <param name="oneMinusBeta2">1 - b2.</param>
/// <param name="epsilon">eps.</param>
/// <param name="meanFactor">What m is multiplied by: 1 / (1 - b1^t), with Nesterov b1 / (1 - b1^(t + 1)).</param>
/// <param name="gradientFactor">What g' adds to the mean: 0, with Nesterov (1 - b1) / (1 - b1^t).</param>
/// <param name="squareFactor">1 / (1 - b2^t).</param>
internal readonly struct AdamStep(
    float learningRate, float weightDecay, float shrinkage, float oneMinusBeta1, float oneMinusBeta2, float epsilon,
    float meanFactor, float gradientFactor, float squareFactor)
{
    /// <summary>m += (1 - b1)(g' - m); v += (1 - b2)(g'^2 - v). Returns g'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Average<TLane>(TLane weight, ref TLane mean, ref TLane square, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        gradient = TLane.FusedMultiplyAdd(TLane.Broadcast(weightDecay), weight, gradient);
        mean = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta1), gradient - mean, mean);
        square = TLane.FusedMultiplyAdd(TLane.Broadcast(oneMinusBeta2), gradient * gradient - square, square);
        return gradient;
    }

    /// <summary>What the weight loses: lr mh / (sqrt(vh) + eps) + lr wd w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Change<TLane>(TLane weight, TLane mean, TLane square, TLane gradient)
        where TLane : unmanaged, ILane<TLane>
    {
        var corrected = TLane.FusedMultiplyAdd(TLane.Broadcast(gradientFactor), gradient, mean * TLane.Broadcast(meanFactor));
        var deviation = TLane.Sqrt(square * TLane.Broadcast(squareFactor));
        var step = TLane.Broadcast(learningRate) * corrected / (deviation + TLane.Broadcast(epsilon));
        return TLane.FusedMultiplyAdd(TLane.Broadcast(shrinkage), weight, step);
    }
}
