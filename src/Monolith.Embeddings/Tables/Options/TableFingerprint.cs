using System.Globalization;
using System.Text;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tables.Options;

/// <summary>Writes what decides the shape and meaning of rows as one canonical text, to be hashed.</summary>
internal sealed class TableFingerprint
{
    private readonly StringBuilder _text;

    /// <param name="kind">What the text is about, with a version.</param>
    /// <param name="tables">The tables.</param>
    public TableFingerprint(string kind, IReadOnlyList<EmbeddingTableOptions> tables)
    {
        _text = new StringBuilder(kind + "\n");
        foreach (var table in tables)
        {
            Line("table", table.Name, table.IdsCarrySlots);
            foreach (var s in table.Segments)
                Line("segment", s.Name, s.Dimension, FingerprintNames.Of(s.Optimizer), FingerprintNames.Of(s.Initializer));
        }
    }

    public ulong Hash => TextHash.Of(_text.ToString());

    /// <summary>Adds a line. Lengths stand before values: no name can imitate another line.</summary>
    public void Line(params ReadOnlySpan<object> parts)
    {
        foreach (var part in parts)
        {
            var value = Convert.ToString(part, CultureInfo.InvariantCulture) ?? "";
            _text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value} ");
        }
        _text.Append('\n');
    }
}
