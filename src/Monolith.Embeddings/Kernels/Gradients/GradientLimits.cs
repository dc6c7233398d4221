using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Gradients;

/// <summary>
/// Clips a gradient: each element, then the whole by its norm. Norms are computed in doubles, so that no finite gradient overflows.
/// </summary>
internal readonly struct GradientLimits(float? value, float? norm)
{
    private readonly float _value = value ?? float.MaxValue;
    private readonly double _norm = norm ?? double.PositiveInfinity;
    private readonly double _squaredNorm = norm is { } given ? (double)given * given : double.PositiveInfinity;

    /// <summary>Whether clipping would change the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreExceededBy(ReadOnlySpan<float> gradient) =>
        (_value < float.MaxValue && ValueClip.IsExceeded(gradient, _value))
        || (!double.IsPositiveInfinity(_norm) && SquaredNorm.Of(gradient) > _squaredNorm);

    /// <param name="gradient">[n], finite.</param>
    /// <param name="result">[n]; receives the clipped gradient.</param>
    public void Clip(ReadOnlySpan<float> gradient, Span<float> result)
    {
        ValueClip.Run(gradient, _value, result);
        var squares = SquaredNorm.Of(result);
        if (squares > _squaredNorm) PreciseScale.Run(result, _norm / Math.Sqrt(squares), result);
    }
}
