using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Eviction;

/// <summary>Options of <see cref="LeastFrequentlyUsed"/>. The table must track frequencies.</summary>
public sealed class LeastFrequentlyUsedOptions : EvictionPolicyOptions
{
    /// <summary>The longest half-life: 2^32 - 1 seconds, about 136 years.</summary>
    public static readonly TimeSpan LongestHalfLife = TimeSpan.FromSeconds(uint.MaxValue);

    /// <summary>
    /// In what event time an occurrence loses half its weight: one second to <see cref="LongestHalfLife"/>. The table's rows then keep a
    /// decaying float in place of a whole number. Null (the default): occurrences never lose weight.
    /// </summary>
    public TimeSpan? HalfLife { get; set; }

    /// <inheritdoc />
    public override bool NeedsFrequency => true;

    /// <inheritdoc />
    public override TimeSpan? FrequencyHalfLife => HalfLife;

    /// <inheritdoc />
    public override EvictionPolicy Create() => new LeastFrequentlyUsed(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) =>
        errors.Require(HalfLife is not { } time || (time >= TimeSpan.FromSeconds(1) && time <= LongestHalfLife), nameof(HalfLife),
            $"{HalfLife} is not between one second and {LongestHalfLife}.");
}
