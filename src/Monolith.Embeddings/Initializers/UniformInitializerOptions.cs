using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Weights start evenly spread over [<see cref="Minimum"/>, <see cref="Maximum"/>].</summary>
public sealed class UniformInitializerOptions : InitializerOptions
{
    /// <summary>The smallest value, finite. Default -0.05.</summary>
    public float Minimum { get; set; } = -0.05f;

    /// <summary>The largest value, finite, at least <see cref="Minimum"/>. Default 0.05.</summary>
    public float Maximum { get; set; } = 0.05f;

    /// <inheritdoc />
    public override Initializer Create() => new UniformInitializer(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Minimum), Minimum, float.MinValue, float.MaxValue);
        errors.InRange(nameof(Maximum), Maximum, float.MinValue, float.MaxValue);
        errors.Require(!(Maximum < Minimum), nameof(Maximum), $"{Maximum:R} is less than {nameof(Minimum)}, {Minimum:R}.");
        errors.Require(!float.IsInfinity(Maximum - Minimum), nameof(Maximum), $"{Maximum:R} - {Minimum:R} overflows.");
    }
}
