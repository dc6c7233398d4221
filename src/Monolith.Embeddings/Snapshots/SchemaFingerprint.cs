using System.Buffers.Binary;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A schema's fingerprint as files carry it.</summary>
internal static class SchemaFingerprint
{
    public static byte[] Of(EmbeddingTableSet tables)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, tables.Fingerprint);
        return bytes;
    }

    /// <exception cref="SnapshotException">The file is of another schema.</exception>
    public static void Require(SnapshotContents file, EmbeddingTableSet tables)
    {
        var expected = Of(tables);
        var found = file.Header.SchemaFingerprint.Span;
        if (!found.SequenceEqual(expected))
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file.Name, $"schema {Convert.ToHexString(expected)}",
                $"{Convert.ToHexString(found)}: tables, slots, poolings, tasks, or the number of dense features differ.");
        }
    }
}
