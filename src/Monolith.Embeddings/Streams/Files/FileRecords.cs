namespace Monolith.Embeddings.Streams.Files;

/// <summary>Cuts a file into records, one after the other. Used by one thread.</summary>
internal sealed class FileRecords<TRecord>
{
    private const int ExcerptBytes = 200;
    private static readonly byte[] Utf8Mark = [0xEF, 0xBB, 0xBF];
    private readonly FileRecordFormat<TRecord> _format;
    private readonly RecordBuffer _bytes;
    private readonly int _maxBytes;
    private byte[]? _excerpt;
    private long _nextLine;
    private int _lines;

    /// <param name="file">The file.</param>
    /// <param name="format">Where records end.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="maxBytes">How long a record may be.</param>
    public FileRecords(LogFile file, FileRecordFormat<TRecord> format, long offset, int maxBytes)
    {
        (_format, _maxBytes, _bytes, Offset) = (format, maxBytes, new RecordBuffer(file, offset), offset);
        (Mark, _nextLine) = (_bytes.Mark, offset == 0 ? 1 : 0);
    }

    public LogFile File
    {
        get => _bytes.File;
        set => _bytes.File = value;
    }

    /// <summary>The record without its line end. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>Why it cannot be one, whatever the format; null if it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where it begins.</summary>
    public long Start { get; private set; }

    /// <summary>The number of its first line, from 1; 0 where that is not known, since the reading began in the middle of the
    /// file.</summary>
    public long Line { get; private set; }

    /// <summary>Where the next one begins.</summary>
    public long Offset { get; private set; }

    /// <summary>The mark of what comes before <see cref="Offset"/>.</summary>
    public long Mark { get; private set; }

    /// <summary>Whether the file still holds what was read of it.</summary>
    public bool IsIntact => File.IsPacked || (File.Length >= _bytes.ReadOffset && File.MarkAt(Offset) == Mark);

    /// <summary>Goes to the next record; false where there is no whole one.</summary>
    /// <param name="isFinal">Whether the file is finished, so that what is left of it is a record.</param>
    public bool MoveNext(bool isFinal)
    {
        while (_bytes.Offset > 0 || PassMark(isFinal))
        {
            if (!Find(isFinal, out var length, out var problem)) return false;
            Take(length, problem);
            if (Problem is not null || !_format.IsBlank(Current.Span)) return true;
        }
        return false;
    }

    /// <summary>Finds out <see cref="Line"/>, by reading the file from its beginning.</summary>
    public void CountLines()
    {
        if (Line > 0) return;
        var buffer = new byte[1 << 16];
        var line = 1L;
        for (var at = 0L; at < Start;)
        {
            var count = File.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, Start - at)));
            if (count == 0) return;
            line += buffer.AsSpan(0, count).Count((byte)'\n');
            at += count;
        }
        (Line, _nextLine) = (line, line + _lines);
    }

    // The first bytes, once there are enough to tell.
    private bool PassMark(bool isFinal)
    {
        while (_bytes.Ahead.Length < Utf8Mark.Length && _bytes.Fill())
        {
        }
        var start = _bytes.Ahead.Span;
        if (start.StartsWith(Utf8Mark)) _bytes.Pass(Utf8Mark.Length);
        else if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new InvalidDataException($"The file '{File.Named.Path}' begins with the byte order mark of UTF-16; only UTF-8 is read.");
        else if (!isFinal && Utf8Mark.AsSpan().StartsWith(start)) return false;
        return true;
    }

    private bool Find(bool isFinal, out int length, out string? problem)
    {
        (length, problem) = (0, null);
        while (true)
        {
            var ahead = _bytes.Ahead.Span;
            if (_excerpt is null && ahead.Length > 0)
            {
                // Never more than this, so that the answer does not depend on how much was read at once.
                var most = (int)Math.Min(ahead.Length, _maxBytes + 2L);
                length = _format.FindEnd(ahead[..most], isFinal: false);
                if (length > 0) return true;
                if (most > _maxBytes + 1 && Cut(ahead[..most], out length, out problem)) return true;
            }
            else if (_excerpt is not null && PassLine(ahead))
            {
                (length, problem) = (0, TooLong);
                return true;
            }
            if (!_bytes.Fill()) return isFinal && FindLast(out length, out problem);
        }
    }

    // No record ends within what one may have: its first line is lost alone, and where that does not end either, it is passed bit by bit.
    private bool Cut(ReadOnlySpan<byte> bytes, out int length, out string? problem)
    {
        length = bytes.IndexOf((byte)'\n') + 1;
        problem = length > 0 ? $"no record ends within {_maxBytes} bytes; only its first line is skipped" : null;
        if (length > 0) return true;
        _excerpt = bytes[..Math.Min(ExcerptBytes, bytes.Length)].ToArray();
        return false;
    }

    private bool PassLine(ReadOnlySpan<byte> ahead)
    {
        var end = ahead.IndexOf((byte)'\n');
        _bytes.Pass(end < 0 ? ahead.Length : end + 1);
        return end >= 0;
    }

    private bool FindLast(out int length, out string? problem)
    {
        File.RequireWhole();
        var ahead = _bytes.Ahead.Span;
        (length, problem) = (0, _excerpt is null ? null : TooLong);
        if (_excerpt is not null) return true;
        if (ahead.IsEmpty) return false;
        length = _format.FindEnd(ahead, isFinal: true);
        if (length > 0) return true;
        length = ahead.IndexOf((byte)'\n') + 1;
        if (length == 0) length = ahead.Length;
        problem = "no record ends before the end of the file; only its first line is skipped";
        return true;
    }

    private void Take(int length, string? problem)
    {
        var text = _bytes.Ahead[..length];
        _lines = _excerpt is null ? text.Span.Count((byte)'\n') : 1;
        if (_excerpt is not null) text = _excerpt;
        else if (text.Span.EndsWith("\r\n"u8)) text = text[..^2];
        else if (text.Span.EndsWith("\n"u8)) text = text[..^1];
        (_excerpt, Current) = (null, text);
        Problem = problem ?? (text.Length > _maxBytes ? TooLong : null);
        _bytes.Pass(length);
        (Start, Offset, Mark) = (Offset, _bytes.Offset, _bytes.Mark);
        Line = _nextLine;
        if (_nextLine > 0) _nextLine += _lines;
    }

    private string TooLong => $"it is longer than {_maxBytes} bytes, which {nameof(FileLogOptions.MaxRecordBytes)} allows";
}
