using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A file as a manifest names it. Immutable; thread-safe.</summary>
public sealed record SnapshotFileEntry
{
    /// <summary>Its name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>Its length in bytes; at least 1.</summary>
    public required long Length { get; init; }

    /// <summary>The CRC-32C of all its bytes.</summary>
    public required uint Crc32C { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SnapshotFileEntry), PrintMembers);
}
