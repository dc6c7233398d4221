using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>
/// Weights start normally distributed, by the polar method (Marsaglia and Bray 1964): two weights from one point drawn in the unit disc.
/// Uses + - x / and square roots alone, so that every machine draws the same bits. Immutable; thread-safe.
/// </summary>
public sealed class NormalInitializer : Initializer
{
    /// <summary>More standard deviations than any draw: the point nearest to the centre, 2^-31 away, is drawn to 9.3 of them.</summary>
    internal const double FarthestDraw = 10;

    private const double Step = 1.0 / (1L << 31);

    private readonly double _mean, _deviation;

    /// <summary>Creates the initializer.</summary>
    /// <param name="options">Its options.</param>
    public NormalInitializer(NormalInitializerOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_mean, _deviation) = (options.Mean, options.StandardDeviation);
    }

    /// <inheritdoc />
    public override string Name => "normal";

    /// <inheritdoc />
    public override void Initialize(ulong key, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i += 2)
        {
            var (first, second) = DrawPair(KeyMixer.Draw(key, (ulong)i));
            weights[i] = (float)(_mean + _deviation * first);
            if (i + 1 < weights.Length) weights[i + 1] = (float)(_mean + _deviation * second);
        }
    }

    // Each pair has a sequence of its own, so that a rejected point shifts no other pair.
    private static (double First, double Second) DrawPair(ulong key)
    {
        for (ulong attempt = 0; ; attempt++)
        {
            var draw = KeyMixer.Draw(key, attempt);
            var u = (int)(draw >> 32) * Step;
            var v = (int)draw * Step;
            var square = u * u + v * v;
            if (square >= 1 || square == 0) continue;
            var factor = Math.Sqrt(-2 * ExactMath.Log(square) / square);
            return (u * factor, v * factor);
        }
    }
}
