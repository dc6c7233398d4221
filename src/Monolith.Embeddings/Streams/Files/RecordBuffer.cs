namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// The bytes of a file ahead, and the few behind that its mark is made of. Knows no records. Used by one thread.
/// </summary>
internal sealed class RecordBuffer
{
    private const int ReadBytes = 1 << 16;
    private readonly byte[] _head = new byte[FileMark.HeadBytes];
    private byte[] _buffer = new byte[ReadBytes + FileMark.TailBytes];
    private int _start, _end;
    private uint? _headHash;

    /// <param name="file">The file.</param>
    /// <param name="offset">Where to begin; the file has as many bytes.</param>
    public RecordBuffer(LogFile file, long offset)
    {
        (File, Offset) = (file, offset);
        _start = _end = FileMark.TailLength(offset);
        if (file.TryRead(0, _head.AsSpan(0, FileMark.HeadLength(offset)))
            && file.TryRead(offset - _start, _buffer.AsSpan(0, _start))) return;
        throw new InvalidDataException($"The file '{file.Named.Path}' has become shorter than {offset} bytes, where its reading goes on.");
    }

    /// <summary>Where the bytes come from. May be exchanged for another of the same content.</summary>
    public LogFile File { get; set; }

    /// <summary>Where the first byte ahead stands in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Up to where the file was read.</summary>
    public long ReadOffset => Offset + _end - _start;

    public ReadOnlyMemory<byte> Ahead => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The mark of all that comes before <see cref="Offset"/>.</summary>
    public long Mark
    {
        get
        {
            var length = FileMark.HeadLength(Offset);
            if (length < FileMark.HeadBytes) _headHash = null;
            var head = _headHash ?? FileMark.Hash(_head.AsSpan(0, length));
            if (length == FileMark.HeadBytes) _headHash = head;
            var tail = FileMark.TailLength(Offset);
            return FileMark.Join(head, FileMark.Hash(_buffer.AsSpan(_start - tail, tail)));
        }
    }

    /// <summary>Goes on behind some of the bytes ahead, which stay where they are until the next call of <see cref="Fill"/>.</summary>
    public void Pass(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Reads some bytes more; false where there are none now.</summary>
    public bool Fill()
    {
        var kept = _start - FileMark.TailLength(Offset);
        if (_buffer.Length - _end < ReadBytes / 2)
        {
            var length = _end - kept;
            if (length > _buffer.Length / 2) Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, Array.MaxLength));
            _buffer.AsSpan(kept, length).CopyTo(_buffer);
            (_start, _end) = (_start - kept, length);
        }
        var from = ReadOffset;
        var count = File.Read(from, _buffer.AsSpan(_end));
        if (count > 0 && from < FileMark.HeadBytes)
        {
            var head = (int)Math.Min(count, FileMark.HeadBytes - from);
            _buffer.AsSpan(_end, head).CopyTo(_head.AsSpan((int)from));
        }
        _end += count;
        return count > 0;
    }
}
