namespace Monolith.Embeddings.Tables.Observing;

/// <summary>What is remembered of a row that was removed. 24 bytes.</summary>
internal readonly record struct RemovedRow(long Id, uint LastUpdate, uint EventTime, uint ClockTime, RemovalCause Cause);
