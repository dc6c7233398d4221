using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>What is remembered of a row that was removed. 24 bytes.</summary>
internal readonly record struct RemovedRow(long Id, uint LastUpdate, uint EventTime, uint ClockTime, RemovalCause Cause)
{
    /// <summary>The same for a person.</summary>
    /// <param name="policy">The name of the policy that chose the row; null where it is not known here, or there was none.</param>
    public RowRemoval ToRemoval(string? policy) => new()
    {
        Cause = Cause,
        EventTime = EventSeconds.ToTime(EventTime),
        ClockTime = EventSeconds.ToTime(ClockTime),
        LastUpdate = EventSeconds.ToTime(LastUpdate),
        Policy = policy,
    };
}
