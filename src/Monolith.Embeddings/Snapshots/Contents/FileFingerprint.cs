using System.Buffers.Binary;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A schema's fingerprint as files carry it.</summary>
internal static class FileFingerprint
{
    public static byte[] Of(EmbeddingTableSet tables)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, tables.Fingerprint);
        return bytes;
    }

    /// <param name="file">The file.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="saved">What the file's schema was made of; null where that is not known.</param>
    /// <exception cref="SnapshotException">The file is of another schema.</exception>
    public static void Require(SnapshotContents file, EmbeddingTableSet tables, IReadOnlyList<SchemaPart>? saved)
    {
        var expected = Of(tables);
        var found = file.Header.SchemaFingerprint.Span;
        if (!found.SequenceEqual(expected))
        {
            var differences = SchemaDifferences.Of(saved, tables.Description, part => part.IsOfFingerprint)
                ?? "tables, slots, poolings, tasks, or the number of dense features differ";
            throw new SnapshotException(SnapshotFault.Mismatch, file.Name, $"schema {Convert.ToHexString(expected)}",
                $"{Convert.ToHexString(found)}: {differences}.{TableDescriptionFit.Advice}");
        }
    }
}
