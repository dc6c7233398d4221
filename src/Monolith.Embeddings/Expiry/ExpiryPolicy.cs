namespace Monolith.Embeddings.Expiry;

/// <summary>Decides which rows are dead.</summary>
/// <remarks>
/// One instance serves a table on all threads: it must be immutable. It runs while a stripe is locked, so it must be quick, must not
/// block, and must not call the table.
/// </remarks>
public abstract class ExpiryPolicy
{
    /// <summary>The name in files and messages, such as <c>time-to-live</c>.</summary>
    public abstract string Name { get; }

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
    /// forgotten; null where such ids are kept.
    /// </summary>
    /// <param name="now">The time of the pass.</param>
    public virtual uint? ForgetPendingUpTo(in ExpiryTime now) => null;
}
