using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>
/// Only a given number of rows stays: those of the highest scores, by the rules of <see cref="EvictionPolicy.Score"/>. Options of
/// <see cref="KeepBest"/>.
/// </summary>
public sealed class KeepBestOptions : ExpiryPolicyOptions
{
    /// <summary>Creates the defaults.</summary>
    public KeepBestOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="rows">How many rows stay.</param>
    /// <param name="by">The policy that scores rows.</param>
    public KeepBestOptions(long rows, EvictionPolicyOptions by) => (Rows, By) = (rows, by);

    /// <summary>How many rows stay, at least 1. Default 1,000,000.</summary>
    public long Rows { get; set; } = 1_000_000;

    /// <summary>The policy that scores rows. Default <see cref="LeastRecentlyUpdatedOptions"/>: the newest stay.</summary>
    public EvictionPolicyOptions By { get; set; } = new LeastRecentlyUpdatedOptions();

    /// <inheritdoc />
    public override TimeSpan? FrequencyHalfLife => By?.FrequencyHalfLife;

    /// <inheritdoc />
    public override ExpiryPolicy Create() => new KeepBest(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Rows), Rows, 1);
        errors.Nested(nameof(By), By);
    }

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table) => By?.CollectTableErrors(errors, nameof(By), table);
}
