using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Optimizers.Rules;

/// <summary>
/// By what Adam corrects a mean that began at 0 and whose weights therefore sum to 1 - beta^t: the mean itself by 1 / (1 - beta^t), the
/// root of a mean of squares by sqrt(1 - beta^t) on the other side. Rows are at different t, and powers and divisions would cost more than
/// the rest of a step; so the values are made once, up to the t from which they are 1. Immutable; thread-safe.
/// </summary>
internal sealed class BiasCorrection
{
    // Enough for a beta of 0.9994, in 128 KiB; for 0.999 there are 16,628, and what is read often is at the beginning.
    private const int MostKnown = 32_768;

    private readonly double _beta;
    private readonly bool _isOfSquares;
    private readonly float[] _known;

    // From this t on the correction is 1.
    private readonly int _settled;

    /// <param name="beta">At least 0, less than 1.</param>
    /// <param name="isOfSquares">Whether sqrt(1 - beta^t) is wanted instead of 1 / (1 - beta^t).</param>
    public BiasCorrection(float beta, bool isOfSquares)
    {
        (_beta, _isOfSquares) = (beta, isOfSquares);
        _settled = FirstSettled();
        _known = new float[Math.Min(_settled + 1, MostKnown)];
        for (var t = 1; t < _known.Length; t++) _known[t] = Exactly(t);
    }

    /// <summary>Whether every correction is known.</summary>
    public bool IsKnown => _known.Length == _settled + 1;

    /// <summary>As <see cref="At"/>, where all are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float KnownAt(int t)
    {
        var known = _known;
        return known[Math.Min(t, known.Length - 1)];
    }

    /// <param name="t">How many values were averaged, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(int t)
    {
        var known = _known;
        return (uint)t < (uint)known.Length ? known[t] : BeyondKnown(t);
    }

    private float BeyondKnown(int t) => t >= _settled ? 1 : Exactly(t);

    private float Exactly(int t)
    {
        var sum = 1 - ExactMath.Power(_beta, t);
        return (float)(_isOfSquares ? Math.Sqrt(sum) : 1 / sum);
    }

    private int FirstSettled()
    {
        // The corrections never turn back from 1; a row counts no further than 2^24.
        var (low, high) = (1, 1 << 25);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Exactly(middle) == 1) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
