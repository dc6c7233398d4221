using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>
/// Weights start normally distributed, but never more than two standard deviations from the mean: draws beyond, 4.55 % of them, are drawn
/// again. What remains has 0.8796 times the standard deviation. With the same bits on every machine. Immutable; thread-safe.
/// </summary>
public sealed class TruncatedNormalInitializer : Initializer
{
    /// <summary>How many standard deviations from the mean a weight may start.</summary>
    internal const double Cut = 2;

    private readonly double _mean, _deviation;

    /// <summary>Creates the initializer.</summary>
    /// <param name="options">Its options.</param>
    public TruncatedNormalInitializer(TruncatedNormalInitializerOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_mean, _deviation) = (options.Mean, options.StandardDeviation);
    }

    /// <inheritdoc />
    public override string Name => "truncated_normal";

    /// <inheritdoc />
    public override void Initialize(ulong key, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i += 2)
            InitializePair(KeyMixer.Draw(key, (ulong)i), weights.Slice(i, Math.Min(2, weights.Length - i)));
    }

    // Each pair has a sequence of its own, so that a rejected draw shifts no other pair.
    private void InitializePair(ulong key, Span<float> pair)
    {
        ulong attempt = 0;
        for (var filled = 0; filled < pair.Length;)
        {
            var (first, second) = PolarMethod.Draw(key, ref attempt);
            if (Math.Abs(first) <= Cut) pair[filled++] = Weight(first);
            if (Math.Abs(second) <= Cut && filled < pair.Length) pair[filled++] = Weight(second);
        }
    }

    private float Weight(double draw) => (float)(_mean + _deviation * draw);
}
