using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>A store in native memory alone.</summary>
/// <param name="account">Pays for the memory.</param>
/// <param name="pageBytes">How much is taken from the system, and given back, at a time.</param>
internal sealed class MemoryJoinStore(MemoryAccount account, int pageBytes = 1 << 20) : JoinStore
{
    private readonly JournalPages _pages = new(pageBytes, account);
    private readonly Lock _lock = new();
    private StoreRange _range;

    public override long StartOffset => _range.Start;

    public override long EndOffset => _range.End;

    public override long MemoryBytes
    {
        get
        {
            lock (_lock) return _pages.Bytes;
        }
    }

    public override long Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _range.RequireOpen();
            _pages.Reserve(_range.End + bytes.Length);
            _pages.Write(_range.End, bytes);
            return _range.Append(bytes.Length);
        }
    }

    public override int Read(long at, Span<byte> bytes)
    {
        lock (_lock)
        {
            var count = _range.Readable(at, bytes.Length);
            _pages.Read(at, bytes[..count]);
            return count;
        }
    }

    public override void Trim(long before)
    {
        lock (_lock)
        {
            _range.Trim(before);
            while (_pages.Count > 0 && _pages.Start + _pages.PageBytes <= _range.Start) _pages.DropOldest();
        }
    }

    public override void Truncate(long offset)
    {
        lock (_lock)
        {
            _range.Truncate(offset);
            _pages.Truncate(offset);
        }
    }

    public override void Clear(long at)
    {
        lock (_lock)
        {
            _range.Clear(at);
            _pages.Clear(at);
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _range.Close();
            _pages.Dispose();
        }
    }
}
