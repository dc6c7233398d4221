using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>
/// Rows beyond the best of a table are expired. A pass ranks the rows first and then begins; what is written from the start of the ranking
/// on stays in that pass. The number that stays is exact where nothing else happens meanwhile. On its own, without a table's pass, the
/// policy knows no ranks and expires nothing. Immutable; thread-safe.
/// </summary>
public sealed class KeepBest : ExpiryPolicy
{
    private readonly EvictionPolicy _score;
    private readonly long _kept;

    /// <summary>Creates the policy.</summary>
    /// <param name="options">Its options.</param>
    public KeepBest(KeepBestOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_score, _kept) = (options.By.Create(), options.Rows);
    }

    /// <inheritdoc />
    public override string Name => $"keep-best({_score.Name})";

    /// <inheritdoc />
    public override bool ReadsWeights => _score.ReadsWeights;

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => false;

    internal override ExpiryPolicy ForPass(IRowRanking ranking) =>
        new BelowRank(this, ranking.Stamp, ranking.BoundBelowBest(_score, _kept));

    private sealed class BelowRank(KeepBest policy, uint stamp, RowRank bound) : ExpiryPolicy
    {
        public override string Name => policy.Name;

        public override bool ReadsWeights => policy.ReadsWeights;

        public override bool IsExpired(in RowMetadata row, in ExpiryTime now) =>
            row.Stamp < stamp && RowRank.Of(policy._score, in row) < bound;
    }
}
