using System.Numerics;

namespace Monolith.Embeddings.TorchSharp.Learning;

/// <summary>Whether floats are finite, and how large they are together; and another size for them.</summary>
internal static class FiniteFloats
{
    /// <summary>Whether all values are numbers of a magnitude of at most <paramref name="limit"/>.</summary>
    public static bool AreWithin(ReadOnlySpan<float> values, float limit)
    {
        var (place, bound) = (0, new Vector<float>(limit));
        for (; place <= values.Length - Vector<float>.Count; place += Vector<float>.Count)
        {
            // False for what is no number.
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(values[place..])), bound)) return false;
        }
        for (; place < values.Length; place++)
        {
            if (!(Math.Abs(values[place]) <= limit)) return false;
        }
        return true;
    }

    /// <summary>The sum of the squares, in double precision: the same bits on every machine.</summary>
    public static double SquaredNorm(ReadOnlySpan<float> values)
    {
        double a = 0, b = 0, c = 0, d = 0;
        var place = 0;
        for (; place <= values.Length - 4; place += 4)
        {
            a += (double)values[place] * values[place];
            b += (double)values[place + 1] * values[place + 1];
            c += (double)values[place + 2] * values[place + 2];
            d += (double)values[place + 3] * values[place + 3];
        }
        for (; place < values.Length; place++) a += (double)values[place] * values[place];
        return a + b + (c + d);
    }

    /// <summary>Multiplies all in double precision, so that a factor too small for a float still gives the right products.</summary>
    public static void Scale(Span<float> values, double factor)
    {
        foreach (ref var value in values) value = (float)(value * factor);
    }
}
