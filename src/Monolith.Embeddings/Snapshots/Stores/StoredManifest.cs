using System.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A manifest as a store held it at one time. Immutable; thread-safe.</summary>
/// <param name="bytes">Its bytes; not changed afterwards.</param>
/// <param name="token">Names this version of it; only the store reads it.</param>
[DebuggerDisplay("{Bytes.Length} bytes, {Token}")]
public sealed class StoredManifest(ReadOnlyMemory<byte> bytes, string token)
{
    /// <summary>The manifest's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Names this version: what <see cref="SnapshotStore.TryReplaceManifestAsync"/> compares.</summary>
    public string Token { get; } = token;
}
