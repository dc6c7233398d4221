using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Weights start normally distributed, but never more than two standard deviations from the mean.</summary>
public sealed class TruncatedNormalInitializerOptions : InitializerOptions
{
    /// <summary>The mean, finite. Default 0.</summary>
    public float Mean { get; set; }

    /// <summary>
    /// The standard deviation before the tails are cut off: finite, at least 0, so small that no draw overflows. Default 0.01.
    /// </summary>
    public float StandardDeviation { get; set; } = 0.01f;

    /// <inheritdoc />
    public override Initializer Create() => new TruncatedNormalInitializer(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Mean), Mean, float.MinValue, float.MaxValue);
        errors.InRange(nameof(StandardDeviation), StandardDeviation, 0, float.MaxValue);
        var farthest = Math.Abs((double)Mean) + TruncatedNormalInitializer.Cut * StandardDeviation;
        errors.Require(!(StandardDeviation <= float.MaxValue && farthest > float.MaxValue), nameof(StandardDeviation),
            $"{StandardDeviation:R} times {TruncatedNormalInitializer.Cut} standard deviations overflows.");
    }
}
