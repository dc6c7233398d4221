using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// Writes and reads the section that says for the eye what a schema was made of: number of parts 4, then of each its name and its value.
/// Nothing is decided by it; messages quote it where fingerprints or filters differ.
/// </summary>
internal static class SchemaDescriptionFormat
{
    public static ReadOnlySpan<byte> Write(IReadOnlyList<SchemaPart> parts)
    {
        var fields = new FieldWriter();
        fields.UInt32((uint)parts.Count);
        foreach (var part in parts)
        {
            fields.Text(part.Name, StoredLimits.DescriptionBytes);
            fields.Text(part.Value, StoredLimits.DescriptionBytes);
        }
        return fields.Written;
    }

    /// <exception cref="FormatException">The bytes describe no schema.</exception>
    public static IReadOnlyList<SchemaPart> Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var parts = new List<SchemaPart>();
        for (var rest = fields.UInt32(); rest > 0; rest--)
        {
            var name = fields.Text(StoredLimits.DescriptionBytes);
            parts.Add(new SchemaPart(name, fields.Text(StoredLimits.DescriptionBytes)));
        }
        fields.End();
        return parts;
    }
}
