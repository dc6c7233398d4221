using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file as a manifest names it. Immutable; thread-safe.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Its length in bytes; at least 1.</param>
/// <param name="Crc32C">The CRC-32C of all its bytes.</param>
public sealed record SnapshotFileEntry(string Name, long Length, uint Crc32C)
{
    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotFileEntry), PrintMembers);
}
