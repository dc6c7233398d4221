using System.Buffers.Binary;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A schema's fingerprint as files carry it.</summary>
internal static class FileFingerprint
{
    public static byte[] Of(EmbeddingTableSet tables) => Of(tables.Fingerprint);

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

    /// <summary>Requires a file to be of a schema from which one migrates.</summary>
    /// <exception cref="SnapshotException">The file is of another schema.</exception>
    public static void Require(SnapshotContents file, TableSchema schema)
    {
        var expected = Of(schema.Fingerprint);
        var found = file.Header.SchemaFingerprint.Span;
        if (found.SequenceEqual(expected)) return;
        var differences = SchemaDifferences.Of(file.Schema, schema.Describe(), part => part.IsOfFingerprint)
            ?? "what differs is not known, since the file does not say what its schema was made of";
        throw new SnapshotException(SnapshotFault.Mismatch, file.Name, $"the old schema {Convert.ToHexString(expected)}",
            $"{Convert.ToHexString(found)}: {differences}. Give the old model the schema that the store was trained with.");
    }

    private static byte[] Of(ulong fingerprint)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, fingerprint);
        return bytes;
    }
}
