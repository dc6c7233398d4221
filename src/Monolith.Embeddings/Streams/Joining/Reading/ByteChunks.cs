namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>
/// Bytes that come in an order and go in about the same: a chunk is used again once all in it are gone. Not thread-safe.
/// </summary>
internal sealed class ByteChunks
{
    private const int ChunkBytes = 256 << 10;

    private readonly List<byte[]> _chunks = [];
    private readonly List<int> _living = [];
    private readonly Stack<int> _free = [];
    private int _current = -1;
    private int _used;

    /// <summary>The memory of all chunks.</summary>
    public long Bytes { get; private set; }

    /// <summary>Copies bytes.</summary>
    public ChunkPlace Add(ReadOnlySpan<byte> bytes)
    {
        if (_current < 0 || _used + bytes.Length > _chunks[_current].Length) Begin(bytes.Length);
        var place = new ChunkPlace(_current, _used, bytes.Length);
        bytes.CopyTo(_chunks[_current].AsSpan(_used));
        _used += bytes.Length;
        _living[_current]++;
        return place;
    }

    /// <summary>The bytes at a place. Valid until they are released.</summary>
    public Span<byte> At(ChunkPlace place) => _chunks[place.Chunk].AsSpan(place.Offset, place.Length);

    /// <summary>Gives bytes back.</summary>
    public void Release(ChunkPlace place)
    {
        if (--_living[place.Chunk] > 0) return;
        if (place.Chunk == _current) _used = 0;
        else Free(place.Chunk);
    }

    /// <summary>Gives all back.</summary>
    public void Clear()
    {
        _chunks.Clear();
        _living.Clear();
        _free.Clear();
        (_current, _used, Bytes) = (-1, 0, 0);
    }

    private void Begin(int bytes)
    {
        if (_current >= 0 && _living[_current] == 0) Free(_current);
        if (bytes <= ChunkBytes && _free.TryPop(out _current)) _chunks[_current] ??= New(ChunkBytes);
        else
        {
            _current = _chunks.Count;
            _chunks.Add(New(Math.Max(bytes, ChunkBytes)));
            _living.Add(0);
        }
        _used = 0;
    }

    private byte[] New(int bytes)
    {
        Bytes += bytes;
        return new byte[bytes];
    }

    // Some are kept for the next; a long one, and what a burst took, goes back.
    private void Free(int chunk)
    {
        if (_chunks[chunk].Length > ChunkBytes || _free.Count >= 16)
        {
            Bytes -= _chunks[chunk].Length;
            _chunks[chunk] = null!;
        }
        _free.Push(chunk);
    }
}
