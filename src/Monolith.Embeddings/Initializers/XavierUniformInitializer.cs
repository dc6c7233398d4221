using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>
/// Weights start evenly spread over [-a, a], a = sqrt(6 / (fan in + fan out)), which keeps the variance of signals and gradients from layer
/// to layer (Glorot and Bengio 2010, equation 16). Immutable; thread-safe.
/// </summary>
public sealed class XavierUniformInitializer : Initializer
{
    private readonly UniformInitializer _uniform;

    /// <summary>Creates the initializer.</summary>
    /// <param name="options">Its options.</param>
    public XavierUniformInitializer(XavierUniformInitializerOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        var bound = (float)Math.Sqrt(6 / ((double)options.FanIn + options.FanOut));
        _uniform = new UniformInitializer(new UniformInitializerOptions { Minimum = -bound, Maximum = bound });
    }

    /// <inheritdoc />
    public override string Name => "xavier_uniform";

    /// <inheritdoc />
    public override void Initialize(ulong key, Span<float> weights) => _uniform.Initialize(key, weights);
}
