using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row is expired when all of several policies say so. Immutable; as thread-safe as they are.</summary>
public sealed class ExpireIfAll : JoinedExpiry
{
    /// <summary>Creates the policy.</summary>
    /// <param name="policies">The policies, asked in this order until one says no; without any, nothing is expired.</param>
    /// <exception cref="ArgumentException">They are joined ones, more than 32 levels deep, or more than 1,000,000 policies
    /// together.</exception>
    public ExpireIfAll(IEnumerable<ExpiryPolicy> policies)
        : base([.. policies ?? throw new ArgumentNullException(nameof(policies))])
    {
    }

    /// <inheritdoc />
    public override string Name => $"all-of({Names})";

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now)
    {
        foreach (var policy in Policies)
        {
            if (!policy.IsExpired(in row, in now)) return false;
        }
        return Policies.Length > 0;
    }

    /// <inheritdoc />
    /// <remarks>The most that one of them says; null where one cannot say.</remarks>
    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now)
    {
        TimeSpan? most = null;
        foreach (var policy in Policies)
        {
            if (policy.TimeLeft(in row, in now) is not { } left) return null;
            if (most is null || left > most) most = left;
        }
        return most;
    }

    /// <inheritdoc />
    public override DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now)
    {
        DateTimeOffset? oldest = null;
        foreach (var policy in Policies)
        {
            if (policy.ForgetPendingUpTo(in now) is not { } bound) return null;
            if (oldest is null || bound < oldest) oldest = bound;
        }
        return oldest;
    }

    internal override ExpiryPolicy ForPass(IRowRanking ranking) => new ExpireIfAll(Policies.Select(policy => policy.ForPass(ranking)));
}
