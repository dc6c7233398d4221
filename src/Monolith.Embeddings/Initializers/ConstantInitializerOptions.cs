using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Every weight starts at one value.</summary>
public sealed class ConstantInitializerOptions : InitializerOptions
{
    /// <summary>The value, finite. Default 0.</summary>
    public float Value { get; set; }

    /// <inheritdoc />
    public override Initializer Create() => new ConstantInitializer(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) => errors.InRange(nameof(Value), Value, float.MinValue, float.MaxValue);
}
