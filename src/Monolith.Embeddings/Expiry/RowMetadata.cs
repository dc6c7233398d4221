namespace Monolith.Embeddings.Expiry;

/// <summary>What a row is known by without reading its weights.</summary>
/// <param name="Id">The id that owns the row.</param>
/// <param name="LastUpdate">The newest event time that changed it, in seconds since the Unix epoch.</param>
/// <param name="Frequency">How many occurrences it was created for and has learned from, at most 2^32 - 1; 0 in a table that does not track it.</param>
/// <param name="AdmittedAt">The event time of the call that created it, in seconds since the Unix epoch; 0 in a table that does not track it.</param>
public readonly record struct RowMetadata(long Id, uint LastUpdate, uint Frequency = 0, uint AdmittedAt = 0);
