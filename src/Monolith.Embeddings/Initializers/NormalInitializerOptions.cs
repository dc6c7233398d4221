using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Weights start normally distributed.</summary>
public sealed class NormalInitializerOptions : InitializerOptions
{
    /// <summary>The mean, finite. Default 0.</summary>
    public float Mean { get; set; }

    /// <summary>The standard deviation: finite, at least 0, so small that no draw overflows. Default 0.01.</summary>
    public float StandardDeviation { get; set; } = 0.01f;

    /// <inheritdoc />
    public override Initializer Create() => new NormalInitializer(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Mean), Mean, float.MinValue, float.MaxValue);
        errors.InRange(nameof(StandardDeviation), StandardDeviation, 0, float.MaxValue);
        var farthest = Math.Abs((double)Mean) + PolarMethod.FarthestDraw * StandardDeviation;
        errors.Require(!(StandardDeviation <= float.MaxValue && farthest > float.MaxValue), nameof(StandardDeviation),
            $"{StandardDeviation:R} times {PolarMethod.FarthestDraw} standard deviations overflows.");
    }
}
