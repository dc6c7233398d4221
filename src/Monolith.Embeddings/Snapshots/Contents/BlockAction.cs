using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Takes a block of a file.</summary>
/// <param name="entry">What the directory says of it.</param>
/// <param name="payload">Its bytes; valid during the call alone.</param>
internal delegate void BlockAction(BlockEntry entry, ReadOnlySpan<byte> payload);
