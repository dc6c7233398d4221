namespace Monolith.Embeddings.Streams.Files;

/// <summary>One file: its records, parsed, each with the place after it. Used by one thread.</summary>
internal sealed class FileReading<TRecord> : IDisposable
{
    private readonly FileRecordFormat<TRecord> _format;
    private readonly FileRecords<TRecord> _records;
    private bool _awaitsHeader;

    /// <param name="file">The file; this one's from now on.</param>
    /// <param name="format">What its records are.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="maxBytes">How long a record may be.</param>
    public FileReading(LogFile file, FileRecordFormat<TRecord> format, long offset, int maxBytes)
    {
        _format = format;
        if (format.HasHeader && offset > 0)
        {
            var head = new FileRecords<TRecord>(file, format, 0, maxBytes);
            if (head.MoveNext(isFinal: true)) ReadHeader(head);
        }
        _awaitsHeader = format.HasHeader && offset == 0;
        _records = new FileRecords<TRecord>(file, format, offset, maxBytes);
    }

    /// <summary>The file. May be exchanged for another of the same content.</summary>
    public LogFile File
    {
        get => _records.File;
        set => _records.File = value;
    }

    /// <summary>The place after the last record.</summary>
    public LogPosition Position => new(File.Named.Name, _records.Offset, _records.Mark);

    /// <summary>How far it was read.</summary>
    public long Offset => _records.Offset;

    /// <inheritdoc cref="FileRecords{TRecord}.IsIntact" />
    public bool IsIntact => _records.IsIntact;

    /// <summary>Reads the next record; false where there is no whole one.</summary>
    /// <param name="isFinal">Whether the file is finished, so that what is left of it is a record.</param>
    /// <param name="record">The record.</param>
    public bool TryRead(bool isFinal, out LogRecord<TRecord> record)
    {
        record = default;
        while (_records.MoveNext(isFinal))
        {
            if (!_awaitsHeader)
            {
                record = Parse();
                return true;
            }
            ReadHeader(_records);
            _awaitsHeader = false;
        }
        return false;
    }

    public void Dispose() => File.Dispose();

    private LogRecord<TRecord> Parse()
    {
        if (_records.Problem is { } problem) return Bad(new FormatException($"{problem}."));
        try
        {
            return new(_format.Parse(_records.Current), Position) { Line = _records.Line, Offset = _records.Start };
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return Bad(error);
        }
    }

    private LogRecord<TRecord> Bad(Exception error)
    {
        var bytes = _records.Current;
        _records.CountLines();
        return new(default!, Position) { Error = error, Bytes = bytes, Line = _records.Line, Offset = _records.Start };
    }

    private void ReadHeader(FileRecords<TRecord> records)
    {
        if (records.Problem is { } problem) throw new FormatException($"The header of '{File.Named.Path}' cannot be used: {problem}.");
        _format.ReadHeader(records.Current.Span);
    }
}
