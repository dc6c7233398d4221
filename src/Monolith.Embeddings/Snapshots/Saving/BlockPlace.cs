using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>What a block is of.</summary>
/// <param name="Table">The table, by its place in the set.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Range">The mixed ids that its items may have.</param>
internal readonly record struct BlockPlace(int Table, BlockKind Kind, KeyRange Range);
