using System.Data.Common;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Which failures are tried again, and after how long: twice as long each time. One reader's.</summary>
/// <param name="policy">How.</param>
/// <param name="time">The clock of the waiting.</param>
/// <param name="count">Counts what is tried again.</param>
internal sealed class PageRetries(RetryPolicy policy, TimeProvider time, Action count)
{
    /// <summary>How often it failed since something succeeded.</summary>
    public int Failures { get; private set; }

    public void Reset() => Failures = 0;

    public bool IsWorthAnother(DbException failure) => ++Failures <= policy.Limit && policy.IsTransient(failure);

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        count();
        // Beyond 30 doublings the longest delay is reached, whatever the first.
        var doubled = policy.FirstDelay * (1L << Math.Min(Failures - 1, 30));
        return Task.Delay(doubled < policy.LongestDelay ? doubled : policy.LongestDelay, time, cancellationToken);
    }
}
