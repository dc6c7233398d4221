namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>The forgotten ids of a table under one key. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="Table">The table's name.</param>
/// <param name="Ids">The ids.</param>
internal readonly record struct SuppressionGroup(SuppressionKey Key, string Table, IReadOnlyList<SuppressedId> Ids);
