using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A segment as a file describes it. Immutable.</summary>
/// <param name="Name">Its name, unique in its row.</param>
/// <param name="Optimizer">Its optimizer's name.</param>
/// <param name="Initializer">Its initializer's name.</param>
/// <param name="Shape">What it needs in a row.</param>
internal sealed record SegmentDescription(string Name, string Optimizer, string Initializer, RowSegmentShape Shape);
