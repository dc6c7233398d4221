using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row is expired when one of several policies says so. Immutable; as thread-safe as they are.</summary>
public sealed class ExpireIfAny : JoinedExpiry
{
    /// <summary>Creates the policy.</summary>
    /// <param name="policies">The policies, asked in this order until one says so.</param>
    /// <exception cref="ArgumentException">They are joined ones, more than 32 levels deep, or more than 1,000,000 policies
    /// together.</exception>
    public ExpireIfAny(IEnumerable<ExpiryPolicy> policies)
        : base([.. policies ?? throw new ArgumentNullException(nameof(policies))])
    {
    }

    /// <inheritdoc />
    public override string Name => $"any-of({Names})";

    /// <inheritdoc />
    public override bool IsExpired(in RowMetadata row, in ExpiryTime now)
    {
        foreach (var policy in Policies)
        {
            if (policy.IsExpired(in row, in now)) return true;
        }
        return false;
    }

    /// <inheritdoc />
    /// <remarks>The least that one of them says; null where one that cannot say might expire the row before.</remarks>
    public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now)
    {
        TimeSpan? least = null;
        var allSay = true;
        foreach (var policy in Policies)
        {
            if (policy.TimeLeft(in row, in now) is not { } left) allSay = false;
            else if (least is null || left < least) least = left;
        }
        return allSay || least == TimeSpan.Zero ? least : null;
    }

    /// <inheritdoc />
    public override DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now)
    {
        DateTimeOffset? newest = null;
        foreach (var policy in Policies)
        {
            if (policy.ForgetPendingUpTo(in now) is { } bound && (newest is null || bound > newest)) newest = bound;
        }
        return newest;
    }

    internal override ExpiryPolicy ForPass(IRowRanking ranking) => new ExpireIfAny(Policies.Select(policy => policy.ForPass(ranking)));
}
