using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Every weight starts at one value. Immutable; thread-safe.</summary>
public sealed class ConstantInitializer : Initializer
{
    private readonly float _value;

    /// <summary>Creates the initializer.</summary>
    /// <param name="options">Its options.</param>
    public ConstantInitializer(ConstantInitializerOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _value = options.Value;
    }

    /// <inheritdoc />
    public override string Name => "constant";

    /// <inheritdoc />
    public override void Initialize(ulong key, Span<float> weights) => weights.Fill(_value);
}
