using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>Derives one dense feature from a raw column.</summary>
/// <param name="feature">The feature.</param>
internal sealed class DenseDeriver(DerivedDense feature)
{
    /// <summary>The moments by which it is normalised; null where it is not.</summary>
    public RunningMoments? Moments { get; } = feature.Normalization is { } options ? new RunningMoments(options) : null;

    public DerivedDense Feature => feature;

    /// <summary>Writes the feature of some rows.</summary>
    /// <param name="numbers">The raw columns of the rows, [rows, columns].</param>
    /// <param name="width">How many raw columns there are.</param>
    /// <param name="dense">The dense input of the rows, [rows, dense width].</param>
    /// <param name="denseWidth">How many dense features there are.</param>
    public void Write(ReadOnlySpan<float> numbers, int width, Span<float> dense, int denseWidth)
    {
        for (int from = feature.Source.Index, to = feature.Column; to < dense.Length; from += width, to += denseWidth)
            dense[to] = Of(numbers[from]);
    }

    private float Of(float value) => feature.Kind switch
    {
        DerivedDenseKind.SignedLog => SignedLog(value),
        DerivedDenseKind.Normalized => Moments!.Normalize(value),
        _ => float.IsNaN(value) ? 1 : 0,
    };

    private static float SignedLog(float value)
    {
        if (float.IsNaN(value)) return 0;
        var size = ExactMath.LogOnePlus(Math.Min(Math.Abs(value), float.MaxValue));
        return (float)(value < 0 ? -size : size);
    }
}
