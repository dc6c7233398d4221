using System.Globalization;
using System.Text;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>What the writer and the reader of a manifest must agree on.</summary>
internal static class ManifestFormat
{
    public const string Format = "monolith-manifest", TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    public const ulong OldestVersion = 1, WithIdentities = 2, WithParts = 3, WithTables = 4, WithHeartbeat = 5, WithHeld = 6, Version = 7;
    public const int ChecksumDigits = 8;

    /// <summary>
    /// The version that a manifest is written in, the oldest that can hold it: 1 where neither its trainer nor a commit has an identity, 2
    /// where no commit has parts or segments, 3 where replicas get all tables with each, 4 where no trainer gave a sign of life, 5 where no
    /// commit was held back from replicas, 6 where the chain goes on nowhere else.
    /// </summary>
    public static ulong VersionOf(SnapshotManifest manifest)
    {
        if (manifest.Successor is not null) return Version;
        if (manifest.Commits.Any(c => c.IsHeld)) return WithHeld;
        if (manifest.Heartbeat is not null) return WithHeartbeat;
        if (manifest.Commits.Any(c => c.ServedTables.Count > 0)) return WithTables;
        if (manifest.Commits.Any(c => c.Parts.Count + c.Segments.Count + c.DroppedSegments.Count > 0)) return WithParts;
        var hasIdentities = manifest.Trainer != Guid.Empty || manifest.Commits.Any(c => (c.Id, c.Parent, c.Trainer) != default);
        return hasIdentities ? WithIdentities : OldestVersion;
    }

    /// <summary>What follows the checksum's digits.</summary>
    public static ReadOnlySpan<byte> Tail => "\"\n}\n"u8;

    /// <summary>What the checksum's digits stand for: all bytes but these.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes) =>
        Crc32C.Append(Crc32C.Hash(bytes[..ChecksumStart(bytes)]), bytes[(ChecksumStart(bytes) + ChecksumDigits)..]);

    public static int ChecksumStart(ReadOnlySpan<byte> bytes) => bytes.Length - Tail.Length - ChecksumDigits;

    public static byte[] Digits(uint checksum) => Encoding.ASCII.GetBytes(checksum.ToString("x8", CultureInfo.InvariantCulture));
}
