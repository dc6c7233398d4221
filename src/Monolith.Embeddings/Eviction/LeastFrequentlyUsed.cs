using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Eviction;

/// <summary>
/// Rows that learned from the fewest occurrences go first; however long ago these were, or, with a half-life, by their decayed number.
/// Immutable; thread-safe.
/// </summary>
public sealed class LeastFrequentlyUsed : EvictionPolicy
{
    private readonly FrequencyDecay? _decay;

    /// <summary>Creates a policy that counts every occurrence alike.</summary>
    public LeastFrequentlyUsed()
    {
    }

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    public LeastFrequentlyUsed(LeastFrequentlyUsedOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _decay = options.HalfLife is { } halfLife ? new FrequencyDecay(halfLife) : null;
    }

    /// <inheritdoc />
    public override string Name => "least-frequently-used";

    /// <inheritdoc />
    /// <remarks>
    /// With a half-life H it is log2(f) + t / H, f the decayed number at the last update t. Whatever the time now is, it orders rows as f
    /// 2^(-(now - t) / H) does, and so depends on the row alone.
    /// </remarks>
    public override double Score(in RowMetadata row) =>
        _decay is null ? row.Frequency : _decay.Rank(row.Frequency, row.LastUpdateSeconds);
}
