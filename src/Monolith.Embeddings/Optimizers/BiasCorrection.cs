using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// 1 / (1 - beta^t), by which Adam corrects an average that began at 0. Rows are at different t, and powers and divisions would cost more than the
/// rest of a step; so the values are made once, up to the t from which they are 1. Immutable; thread-safe.
/// </summary>
internal sealed class BiasCorrection
{
    // Enough for a beta of 0.9994, in 128 KiB; for 0.999 there are 17,321, and what is read often is at the beginning.
    private const int MostKnown = 32_768;

    private readonly double _beta;
    private readonly float[] _known;

    // From this t on the correction is 1.
    private readonly long _settled;

    /// <param name="beta">At least 0, less than 1.</param>
    public BiasCorrection(float beta)
    {
        _beta = beta;
        _settled = FirstSettled();
        _known = new float[(int)Math.Min(_settled, MostKnown)];
        for (var t = 1; t < _known.Length; t++) _known[t] = Exactly(t);
    }

    /// <param name="t">How many values were averaged, at least 1.</param>
    public float At(long t)
    {
        var known = _known;
        return (ulong)t < (ulong)known.Length ? known[t] : t >= _settled ? 1 : Exactly(t);
    }

    private float Exactly(long t) => (float)(1 / (1 - ExactMath.Power(_beta, t)));

    private long FirstSettled()
    {
        // The corrections fall; a row counts no further than 2^24.
        var (low, high) = (1L, 1L << 25);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Exactly(middle) == 1) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
