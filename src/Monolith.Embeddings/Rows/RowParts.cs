namespace Monolith.Embeddings.Rows;

/// <summary>
/// Places numbers in a row, one after the other; neighbours of one precision become one part where no gap lies between them.
/// </summary>
internal sealed class RowParts
{
    private readonly List<RowPart> _parts = [];
    private int _floats;

    /// <summary>The first free byte, a multiple of 4.</summary>
    public int End { get; private set; } = RowLayout.HeaderBytes;

    public void Add(int length, RowPrecision precision)
    {
        if (length == 0) return;
        var part = new RowPart(_floats, length, End, precision);
        if (_parts.Count > 0 && _parts[^1].Precision == precision && _parts[^1].End == End)
        {
            part = _parts[^1] with { Length = _parts[^1].Length + length };
            _parts.RemoveAt(_parts.Count - 1);
        }
        _parts.Add(part);
        _floats += length;
        End = (part.End + 3) & ~3;
    }

    /// <summary>What was added since the last time.</summary>
    public RowPart[] Take()
    {
        var taken = _parts.ToArray();
        _parts.Clear();
        return taken;
    }
}
