namespace Monolith.Embeddings.Tables;

/// <summary>A moment of a table set that is being saved.</summary>
/// <param name="From">The cut that a delta goes on from; 0 for everything.</param>
/// <param name="To">The moment, by the change clock: what was written under this number or before is part of it.</param>
internal readonly record struct TableCut(uint From, uint To);
