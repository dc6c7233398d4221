namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>A block that was read and checked.</summary>
/// <param name="Index">Its place in the file.</param>
/// <param name="Entry">What the directory says of it.</param>
/// <param name="Payload">Its bytes; valid until the next block is asked for.</param>
internal readonly record struct BlockContents(int Index, BlockEntry Entry, ReadOnlyMemory<byte> Payload);
