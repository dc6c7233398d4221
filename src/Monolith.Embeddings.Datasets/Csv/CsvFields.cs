namespace Monolith.Embeddings.Datasets.Csv;

/// <summary>
/// Cuts a CSV record into fields by RFC 4180: a field that begins with a quote ends with one, may hold delimiters and line ends, and holds
/// a quote as two. A quote elsewhere in a field is a character like any other, and with no quoting every one is. Keeps its buffers; used by
/// one thread.
/// </summary>
internal sealed class CsvFields(char delimiter, CsvQuoting quoting)
{
    private char[] _text = new char[256];
    private int[] _ends = new int[16];
    private int _length;

    public int Count { get; private set; }

    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)field, (uint)Count);
            var start = field == 0 ? 0 : _ends[field - 1];
            return _text.AsSpan(start, _ends[field] - start);
        }
    }

    /// <summary>Cuts a record and returns what is wrong with it, or null.</summary>
    public string? Split(ReadOnlySpan<char> record)
    {
        Count = _length = 0;
        if (_text.Length < record.Length) _text = new char[record.Length];
        while (true)
        {
            if (quoting == CsvQuoting.Standard && record.StartsWith('"'))
            {
                record = AppendQuoted(record[1..], out var isClosed);
                if (!isClosed) return $"the quote in field {Count + 1} is not closed";
                if (!record.IsEmpty && record[0] != delimiter) return $"field {Count + 1} goes on behind its closing quote";
            }
            var end = record.IndexOf(delimiter);
            Append(end < 0 ? record : record[..end]);
            EndField();
            if (end < 0) return null;
            record = record[(end + 1)..];
        }
    }

    /// <summary>Takes a field from behind its opening quote and returns what follows its closing one.</summary>
    private ReadOnlySpan<char> AppendQuoted(ReadOnlySpan<char> text, out bool isClosed)
    {
        while (true)
        {
            var quote = text.IndexOf('"');
            isClosed = quote >= 0;
            if (!isClosed) return [];
            var isDoubled = quote + 1 < text.Length && text[quote + 1] == '"';
            Append(isDoubled ? text[..(quote + 1)] : text[..quote]);
            text = text[(quote + (isDoubled ? 2 : 1))..];
            if (!isDoubled) return text;
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }

    private void EndField()
    {
        if (Count == _ends.Length) Array.Resize(ref _ends, 2 * _ends.Length);
        _ends[Count++] = _length;
    }
}
