namespace Monolith.Embeddings.Streams.Gzip;

/// <summary>
/// The bytes of a gzip file, as a decompressor of one member takes them: it takes more than it needs, and what it took last can still be
/// seen. The last bytes of the file are withheld from it, since a whole member ends with them: a decompressor that asks for them has a
/// file that was cut short.
/// </summary>
internal sealed class GzipFeed(Stream file) : ReadOnlyStream
{
    /// <summary>How many bytes end a member: its checksum and its length.</summary>
    public const int TrailerLength = 8;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start, _end, _taken, _reads;
    private long _offset;
    private bool _atEnd;

    /// <summary>Whether the decompressor asked for the bytes that are withheld.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>How many bytes the decompressor took last.</summary>
    public int Taken => _taken;

    /// <summary>Whether the bytes ahead are all that the decompressor took of this member.</summary>
    public bool HoldsAll => _reads == 1;

    /// <summary>Where the bytes ahead stand in the file.</summary>
    public long Offset => _offset + _start;

    /// <summary>The next bytes, those that were taken last first; fewer at the end of the file.</summary>
    public ReadOnlySpan<byte> Ahead(int count)
    {
        while (_end - _start < count && !_atEnd) Fill();
        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Goes on behind some of the bytes ahead.</summary>
    public void Skip(int count)
    {
        _start += count;
        (_taken, _reads) = (0, 0);
    }

    public override int Read(Span<byte> buffer)
    {
        _start += _taken;
        _reads++;
        var left = Ahead(Math.Min(buffer.Length, _buffer.Length / 2) + TrailerLength);
        _taken = Math.Max(left.Length - TrailerLength, 0);
        left[.._taken].CopyTo(buffer);
        IsStarved |= _taken == 0;
        return _taken;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _offset += _start;
        (_start, _end) = (0, _end - _start);
        var count = file.Read(_buffer.AsSpan(_end));
        _end += count;
        _atEnd = count == 0;
    }
}
