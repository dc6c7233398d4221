namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>A removal that deltas have to tell of.</summary>
/// <param name="Id">The id that lost its row.</param>
/// <param name="Stamp">When, by the change clock.</param>
internal readonly record struct LoggedRemoval(long Id, uint Stamp);
