using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Forgetting;

/// <summary>
/// A list of forgotten ids as bytes: a mark, a version, the groups, each with its key, its table and its hashes, and a checksum of all
/// before it. Of version 2 are lists with hashes that were made with the name of another table, which a version before would not find.
/// </summary>
internal static class SuppressionFormat
{
    private const uint Mark = 0x5447464D, Version = 1, MovedVersion = 2;
    private const int MostGroups = 1 << 16, MostIds = 1 << 28, MostNameBytes = 256;

    public static byte[] Write(SuppressionList list)
    {
        var (fields, isMoved) = (new FieldWriter(), list.Groups.Any(group => group.HashedAs != group.Table));
        fields.UInt32(Mark);
        fields.UInt32(isMoved ? MovedVersion : Version);
        fields.List([.. list.Groups], (fields, group) =>
        {
            fields.UInt64(group.Key.Low);
            fields.UInt64(group.Key.High);
            fields.Text(group.Table, MostNameBytes);
            if (isMoved) fields.Text(group.HashedAs, MostNameBytes);
            fields.List(group.Ids, static (fields, id) =>
            {
                fields.UInt64((ulong)id.Hash);
                fields.UInt64((ulong)(id.Hash >> 64));
                fields.Int64(id.Until);
                fields.Int64(id.Generation);
            });
        });
        fields.UInt32(Crc32C.Hash(fields.Written));
        return fields.Written.ToArray();
    }

    /// <exception cref="FormatException">The bytes are of no list, or were changed.</exception>
    public static SuppressionList Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint)) throw new FormatException($"It has {bytes.Length} bytes.");
        var sum = new FieldReader(bytes[^sizeof(uint)..]).UInt32();
        if (Crc32C.Hash(bytes[..^sizeof(uint)]) != sum) throw new FormatException("Its checksum is another: bytes were changed.");
        var fields = new FieldReader(bytes[..^sizeof(uint)]);
        if (fields.UInt32() != Mark) throw new FormatException("It does not begin as a list of forgotten ids does.");
        var version = fields.UInt32();
        if (version is not (Version or MovedVersion))
            throw new FormatException($"It is of version {version}; known are {Version} and {MovedVersion}.");
        var groups = fields.List(MostGroups, "groups of ids",
            (ref FieldReader fields) => ReadGroup(ref fields, isMoved: version == MovedVersion));
        fields.End();
        return SuppressionList.Empty.With(groups);
    }

    private static SuppressionGroup ReadGroup(ref FieldReader fields, bool isMoved)
    {
        var key = new SuppressionKey(fields.UInt64(), fields.UInt64());
        var table = fields.Text(MostNameBytes);
        return new SuppressionGroup(key, table, isMoved ? fields.Text(MostNameBytes) : table, fields.List(MostIds, "ids", ReadId));
    }

    private static SuppressedId ReadId(ref FieldReader fields)
    {
        var (low, high) = (fields.UInt64(), fields.UInt64());
        return new SuppressedId(new UInt128(high, low), fields.Int64(), fields.Int64());
    }
}
