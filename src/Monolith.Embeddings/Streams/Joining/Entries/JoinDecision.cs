namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>
/// What decides beside the logs' own records: reading the logs again cannot tell it, so a commit must. Times are Unix milliseconds.
/// </summary>
/// <param name="Kind">What was decided.</param>
/// <param name="Log">Of which log.</param>
/// <param name="AfterRecord">Behind how many of the log's records it holds.</param>
/// <param name="MadeAt">When, by the clock.</param>
/// <param name="RaisedAt">When it was last raised, by the clock.</param>
/// <param name="From">The log's greatest event time before it; <see cref="long.MinValue"/> where there was none.</param>
/// <param name="To">The log's greatest event time from then on.</param>
/// <param name="Frontier">Everything up to this time was processed when it was made.</param>
/// <param name="IsFinal">Whether it is never raised: records that were held until then were judged by it.</param>
internal sealed record JoinDecision(
    JoinerDecisionKind Kind, string Log, long AfterRecord, long MadeAt, long RaisedAt, long From, long To, long Frontier, bool IsFinal);
