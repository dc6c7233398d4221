using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Catalogue;

/// <summary>A catalogue as bytes: a version, and of each table its name, and its ids with their texts, in order.</summary>
internal static class CatalogueFormat
{
    private const uint Version = 1;
    private const int EntryBytes = sizeof(long) + sizeof(uint), MostTexts = 1 << 24;

    /// <summary>How many bytes an id and its text take.</summary>
    /// <exception cref="ArgumentException">The text is too long, or UTF-8 cannot hold it.</exception>
    public static int BytesOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var bytes = text.Length <= IdCatalogue.MaxTextBytes ? StoredNames.Utf8.GetByteCount(text) : int.MaxValue;
            if (bytes <= IdCatalogue.MaxTextBytes) return EntryBytes + bytes;
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException(
                "A text of the catalogue has half a surrogate pair, which UTF-8 cannot hold.", nameof(text), exception);
        }
        throw new ArgumentException(
            $"A text of {text.Length} characters takes more than {IdCatalogue.MaxTextBytes} bytes in UTF-8. Shorten it.", nameof(text));
    }

    public static byte[] Write(Dictionary<string, Dictionary<long, string>> texts)
    {
        var fields = new FieldWriter();
        fields.UInt32(Version);
        fields.List([.. texts.OrderBy(table => table.Key, StringComparer.Ordinal)], static (fields, table) =>
        {
            fields.Text(table.Key, StoredLimits.NameBytes);
            fields.List([.. table.Value.OrderBy(entry => entry.Key)], static (fields, entry) =>
            {
                fields.Int64(entry.Key);
                fields.Text(entry.Value, IdCatalogue.MaxTextBytes);
            });
        });
        return fields.Written.ToArray();
    }

    /// <exception cref="FormatException">The bytes are of no catalogue.</exception>
    public static IEnumerable<(string Table, long Id, string Text)> Read(ReadOnlySpan<byte> saved)
    {
        var fields = new FieldReader(saved);
        var version = fields.UInt32();
        if (version != Version) throw new FormatException($"It is of version {version}; known is {Version}.");
        var tables = fields.List(StoredLimits.Tables, "tables", ReadTable);
        fields.End();
        return tables.SelectMany(table => table);
    }

    private static List<(string Table, long Id, string Text)> ReadTable(ref FieldReader fields)
    {
        var name = fields.Text(StoredLimits.NameBytes);
        return fields.List(MostTexts, "texts", (ref FieldReader fields) =>
            (name, fields.Int64(), fields.Text(IdCatalogue.MaxTextBytes)));
    }
}
