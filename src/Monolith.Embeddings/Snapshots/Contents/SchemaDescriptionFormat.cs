using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// Writes and reads the section that says in readable text what a schema was made of: number of parts 4, then of each its name and its
/// value. Nothing is decided by it; messages quote it where fingerprints or filters differ.
/// </summary>
internal static class SchemaDescriptionFormat
{
    public static ReadOnlySpan<byte> Write(IReadOnlyList<SchemaPart> parts)
    {
        var fields = new FieldWriter();
        fields.List(parts, Write);
        return fields.Written;
    }

    /// <exception cref="FormatException">The bytes describe no schema.</exception>
    public static IReadOnlyList<SchemaPart> Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        var parts = fields.List(uint.MaxValue, "parts", ReadPart);
        fields.End();
        return parts;
    }

    private static void Write(FieldWriter fields, SchemaPart part)
    {
        fields.Text(part.Name, StoredLimits.DescriptionBytes);
        fields.Text(part.Value, StoredLimits.DescriptionBytes);
    }

    private static SchemaPart ReadPart(ref FieldReader fields)
    {
        var name = fields.Text(StoredLimits.DescriptionBytes);
        return new SchemaPart(name, fields.Text(StoredLimits.DescriptionBytes));
    }
}
