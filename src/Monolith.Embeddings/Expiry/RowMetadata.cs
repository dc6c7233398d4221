namespace Monolith.Embeddings.Expiry;

/// <summary>What a row is known by without reading its weights.</summary>
/// <param name="Id">The id that owns the row.</param>
/// <param name="LastUpdate">The newest event time that changed it, in seconds since the Unix epoch.</param>
public readonly record struct RowMetadata(long Id, uint LastUpdate);
