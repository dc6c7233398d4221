using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>
/// Weights start normally distributed, by the polar method (Marsaglia and Bray 1964), with the same bits on every machine. Immutable;
/// thread-safe.
/// </summary>
public sealed class NormalInitializer : Initializer
{
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
            // Each pair has a sequence of its own, so that a rejected point shifts no other pair.
            ulong attempt = 0;
            var (first, second) = PolarMethod.Draw(KeyMixer.Draw(key, (ulong)i), ref attempt);
            weights[i] = (float)(_mean + _deviation * first);
            if (i + 1 < weights.Length) weights[i + 1] = (float)(_mean + _deviation * second);
        }
    }
}
