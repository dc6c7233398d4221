namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>The forgotten ids of a table under one key. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="Table">The table's name.</param>
/// <param name="HashedAs">
/// The name that the hashes are made with: the table's, or that of the table in which the ids were forgotten before a migration moved them.
/// </param>
/// <param name="Ids">The ids.</param>
internal readonly record struct SuppressionGroup(SuppressionKey Key, string Table, string HashedAs, IReadOnlyList<SuppressedId> Ids);
