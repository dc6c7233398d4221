using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Expiry;

/// <summary>Decides which rows are dead.</summary>
/// <remarks>
/// One instance serves a table on all threads: it must be immutable, and its answers must depend on the row and the time alone, because a
/// row that a pass has not yet reclaimed is asked about whenever a caller wants it. It runs while a stripe is locked, so it must be quick,
/// must not block, and must not call the table. A row that it throws for is not expired.
/// </remarks>
public abstract class ExpiryPolicy
{
    /// <summary>The name in files and messages, such as <c>time-to-live</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether the policy reads <see cref="RowMetadata.Weights"/>, which makes every pass touch more memory. Default false.
    /// </summary>
    public virtual bool ReadsWeights => false;

    /// <summary>Whether a row is to be removed.</summary>
    /// <param name="row">What is known about the row.</param>
    /// <param name="now">The time of the pass.</param>
    public abstract bool IsExpired(in RowMetadata row, in ExpiryTime now);

    /// <summary>
    /// How much longer a row lives if nothing changes it; zero where it is expired. Null where the policy cannot say, which is the default.
    /// </summary>
    /// <param name="row">What is known about the row.</param>
    /// <param name="now">The time of the question.</param>
    public virtual TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) => null;

    /// <summary>
    /// The newest event time that an id without a row, still counted by the admission filter, may have been last seen at to be
    /// forgotten; null, or a time before 1970, where such ids are kept.
    /// </summary>
    /// <param name="now">The time of the pass.</param>
    public virtual DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now) => null;

    /// <summary>
    /// Where a row is expired exactly if its last update is at or before some second, the same for all rows: that second, by which many
    /// rows are judged without asking about each. Null, which is the default, where each row has to be asked about.
    /// </summary>
    /// <param name="now">The time of the pass.</param>
    internal virtual uint? ExpiresUpToSecond(in ExpiryTime now) => null;

    /// <summary>The policy of one pass: where ranks decide, those of the rows at its start.</summary>
    /// <param name="ranking">Ranks the table's rows.</param>
    internal virtual ExpiryPolicy ForPass(IRowRanking ranking) => this;
}
