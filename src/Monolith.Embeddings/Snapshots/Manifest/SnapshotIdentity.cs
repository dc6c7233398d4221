using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// What tells apart commits, trainers and chains that have the same numbers, as those of a store that was set back. Nothing is calculated
/// by it.
/// </summary>
internal static class SnapshotIdentity
{
    private const int GuidBytes = 16;

    /// <summary>128 random bits.</summary>
    public static Guid New() => new(RandomNumberGenerator.GetBytes(GuidBytes));

    /// <summary>
    /// The identity of a commit of format version 1, which states none: made of what a commit shares with the full that a compaction makes
    /// of it, the time above all.
    /// </summary>
    public static Guid Of(SnapshotCommit commit)
    {
        Span<byte> fields = stackalloc byte[4 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(fields, commit.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[8..], commit.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(fields[16..], commit.To);
        BinaryPrimitives.WriteInt64LittleEndian(fields[24..], commit.Created.UtcTicks);
        Span<byte> identity = stackalloc byte[GuidBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(identity, XxHash64.HashToUInt64(fields));
        fields.Reverse();
        BinaryPrimitives.WriteUInt64LittleEndian(identity[8..], XxHash64.HashToUInt64(fields));
        return new Guid(identity);
    }
}
