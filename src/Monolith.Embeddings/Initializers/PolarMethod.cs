using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Initializers;

/// <summary>
/// Normal numbers by the polar method (Marsaglia and Bray 1964): two from one point drawn in the unit disc. Uses + - x / and square roots
/// alone, so that every machine draws the same bits.
/// </summary>
internal static class PolarMethod
{
    /// <summary>More standard deviations than any draw: the point nearest to the centre, 2^-31 away, is drawn to 9.3 of them.</summary>
    public const double FarthestDraw = 10;

    private const double Step = 1.0 / (1L << 31);

    /// <summary>Two independent draws of mean 0 and standard deviation 1.</summary>
    /// <param name="key">Of the sequence of points.</param>
    /// <param name="attempt">The place of the next point in the sequence; moved behind the one that was used.</param>
    public static (double First, double Second) Draw(ulong key, ref ulong attempt)
    {
        while (true)
        {
            var draw = KeyMixer.Draw(key, attempt++);
            var u = (int)(draw >> 32) * Step;
            var v = (int)draw * Step;
            var square = u * u + v * v;
            if (square >= 1 || square == 0) continue;
            var factor = Math.Sqrt(-2 * ExactMath.Log(square) / square);
            return (u * factor, v * factor);
        }
    }
}
