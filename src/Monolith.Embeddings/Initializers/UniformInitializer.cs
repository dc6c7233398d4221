using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Weights start evenly spread over [minimum, maximum], in 2^24 steps. Immutable; thread-safe.</summary>
public sealed class UniformInitializer : Initializer
{
    private const float Step = 1f / (1 << 24);

    private readonly float _minimum, _width;

    /// <summary>Creates the initializer.</summary>
    /// <param name="options">Its options.</param>
    public UniformInitializer(UniformInitializerOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_minimum, _width) = (options.Minimum, options.Maximum - options.Minimum);
    }

    /// <inheritdoc />
    public override string Name => "uniform";

    /// <inheritdoc />
    public override void Initialize(ulong key, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++)
            weights[i] = _minimum + (KeyMixer.Draw(key, (ulong)i) >> 40) * Step * _width;
    }
}
