using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>How a raw column is normalised, see <see cref="FeatureSchemaBuilder.Normalized"/>.</summary>
public sealed class NormalizationOptions : IValidatedOptions
{
    /// <summary>The shortest <see cref="HalfLife"/>: 10 values.</summary>
    public const double ShortestHalfLife = 10;

    /// <summary>The longest <see cref="HalfLife"/>: 10^12 values.</summary>
    public const double LongestHalfLife = 1e12;

    /// <summary>
    /// After how many newer values one counts half as much for mean and deviation, <see cref="ShortestHalfLife"/> to <see
    /// cref="LongestHalfLife"/>. Null (the default) counts all alike.
    /// </summary>
    public double? HalfLife { get; set; }

    /// <summary>Within how many deviations of the mean the feature stays, above 0 and at most 1,000. Default 5.</summary>
    public float Clip { get; set; } = 5;

    /// <summary>What a message says of them.</summary>
    internal string Description => $"half-life {(HalfLife is { } values ? $"{values} values" : "none")}, clipped at {Clip}";

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(HalfLife), HalfLife ?? ShortestHalfLife, ShortestHalfLife, LongestHalfLife);
        errors.Require(Clip is > 0 and <= 1000, nameof(Clip), $"is {Clip}; it must be above 0 and at most 1000.");
    }

    internal NormalizationOptions Copy() => (NormalizationOptions)MemberwiseClone();
}
