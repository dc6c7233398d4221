namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>A section of a file.</summary>
/// <param name="Name">Its name; one section has it.</param>
/// <param name="Blocks">How many blocks it has.</param>
/// <param name="Items">How many items these have together; bytes, for a section of bytes.</param>
internal readonly record struct SnapshotSection(string Name, long Blocks, ulong Items);
