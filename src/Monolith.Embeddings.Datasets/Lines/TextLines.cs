using Monolith.Embeddings.Datasets.Csv;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// The lines of a text file, one after another, without an object a line. With a delimiter, the records of a CSV file, which may hold line
/// ends inside quotes. Lines end by \n or \r\n, the last one also by the end of the file. Used by one thread.
/// </summary>
internal sealed class TextLines : IDisposable
{
    /// <summary>How many characters a line may have.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxBuffer = MaxLength + 2;
    private readonly TextFile _file;
    private readonly char? _delimiter;
    private char[] _buffer = new char[1 << 16];
    private int _lineStart, _length, _start, _end;
    private long _nextNumber = 1;
    private bool _atEnd, _skipsRest;

    public TextLines(string path, char? delimiter)
    {
        _file = TextFile.Open(path);
        _delimiter = delimiter;
    }

    /// <summary>The line without its end. Valid until the next call.</summary>
    public ReadOnlySpan<char> Current => _buffer.AsSpan(_lineStart, _length);

    /// <summary>The number of its first line; the first of the file is 1.</summary>
    public long Number { get; private set; }

    /// <summary>Why it cannot be a record, whatever the format; null if it can.</summary>
    public string? Problem { get; private set; }

    public bool MoveNext()
    {
        if (_skipsRest) SkipRest();
        Problem = null;
        while (true)
        {
            var end = FindEnd(out var isOpen);
            if (end >= 0) return Take(end + 1);
            if (_atEnd || _end - _start >= MaxBuffer) return TakeWithoutEnd(isOpen);
            Fill();
        }
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<char> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Where the line feed is that ends the record, or -1; and whether that is because a quote was not closed.</summary>
    private int FindEnd(out bool isOpen)
    {
        isOpen = false;
        return _delimiter is { } delimiter ? CsvFields.FindEnd(Rest, delimiter, out isOpen) : Rest.IndexOf('\n');
    }

    private bool Take(int length)
    {
        var text = Rest[..length];
        Number = _nextNumber;
        _nextNumber += text.Count('\n');
        if (text[^1] == '\n') text = text[..^1];
        if (text.EndsWith('\r')) text = text[..^1];
        (_lineStart, _length) = (_start, text.Length);
        _start += length;
        if (text.Length > MaxLength) Problem = $"the line has more than {MaxLength} characters";
        return true;
    }

    private bool TakeWithoutEnd(bool isOpen)
    {
        var rest = Rest;
        if (rest.IsEmpty) return false;
        if (isOpen)
        {
            // One stray quote must not swallow what follows: only its own line is lost.
            Problem = $"a quoted field begins here that is not closed within {MaxLength} characters";
            var lineEnd = rest.IndexOf('\n');
            if (lineEnd >= 0) return Take(lineEnd + 1);
        }
        if (_atEnd) return Take(rest.Length);
        _skipsRest = true;
        return Take(rest.Length);
    }

    private void SkipRest()
    {
        _skipsRest = false;
        while (true)
        {
            var lineEnd = Rest.IndexOf('\n');
            _start = lineEnd < 0 ? _end : _start + lineEnd + 1;
            if (lineEnd >= 0) _nextNumber++;
            if (lineEnd >= 0 || _atEnd) return;
            Fill();
        }
    }

    private void Fill()
    {
        Rest.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, MaxBuffer));
        var space = _buffer.AsSpan(_end);
        var count = _file.Read(space);
        _end += count;
        _atEnd = count < space.Length;
    }
}
