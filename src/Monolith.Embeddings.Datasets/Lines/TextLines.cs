using System.Text;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// The lines of a text file, one after another, without an object a line. With a frame, records that may go over several lines. Lines end
/// by \n or \r\n, the last one also by the end of the file. Used by one thread.
/// </summary>
internal sealed class TextLines : IDisposable
{
    /// <summary>How many characters a line may have.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxBuffer = MaxLength + 2;
    private readonly TextFile _file;
    private readonly IRecordFrame<char>? _frame;
    private char[] _buffer = new char[1 << 16];
    private int _lineStart, _length, _start, _end;
    private long _nextNumber = 1;
    private bool _atEnd, _skipsRest;

    public TextLines(string path, IRecordFrame<char>? frame, Encoding? encoding = null)
    {
        _file = TextFile.Open(path, encoding);
        _frame = frame;
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
            var end = FindEnd();
            if (end.Length > 0) return Take(end.Length, end.Problem);
            if (_atEnd || _end - _start >= MaxBuffer) return TakeWithoutEnd(end.IsOpen);
            Fill();
        }
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<char> Rest => _buffer.AsSpan(_start, _end - _start);

    private RecordEnd FindEnd() => _frame?.Find(Rest, _atEnd) ?? new RecordEnd(Rest.IndexOf('\n') + 1);

    private bool Take(int length, string? problem = null)
    {
        var text = Rest[..length];
        Number = _nextNumber;
        _nextNumber += text.Count('\n');
        if (text[^1] == '\n') text = text[..^1];
        if (text.EndsWith('\r')) text = text[..^1];
        (_lineStart, _length) = (_start, text.Length);
        _start += length;
        Problem = text.Length > MaxLength ? $"the line has more than {MaxLength} characters" : problem ?? UndecodedProblem(text);
        return true;
    }

    private string? UndecodedProblem(ReadOnlySpan<char> text)
    {
        if (!_file.HasUndecoded || text.IndexOf(UndecodedBytes.Mark) is var at && at < 0) return null;
        return $"behind {at} characters, bytes follow that are not {_file.EncodingName}; name the encoding of the file to the reader";
    }

    private bool TakeWithoutEnd(bool isOpen)
    {
        var rest = Rest;
        if (rest.IsEmpty) return false;
        var lineEnd = isOpen ? rest.IndexOf('\n') : -1;
        // One stray quote must not swallow what follows: only its own line is lost.
        var problem = isOpen ? $"a quoted field begins here that is not closed within {MaxLength} characters" : null;
        _skipsRest = lineEnd < 0 && !_atEnd;
        return Take(lineEnd < 0 ? rest.Length : lineEnd + 1, problem);
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
