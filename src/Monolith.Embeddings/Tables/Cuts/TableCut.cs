namespace Monolith.Embeddings.Tables.Cuts;

/// <summary>
/// A moment of a table set that is being saved. Cuts are numbered along the chain, one by one; each table keeps numbers of its own for the
/// changes between them.
/// </summary>
/// <param name="From">The cut that a delta goes on from; 0 for everything.</param>
/// <param name="To">The moment: what was written before it is part of it.</param>
internal readonly record struct TableCut(ulong From, ulong To);
