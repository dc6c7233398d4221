using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>
/// The newest bytes of a journal in pages of native memory. A page that is dropped goes back to the system, except one, which the next
/// takes up again. Not thread-safe.
/// </summary>
/// <param name="pageBytes">The bytes of a page.</param>
/// <param name="account">Pays for them.</param>
internal sealed class JournalPages(int pageBytes, MemoryAccount account) : IDisposable
{
    private readonly List<NativeArray<byte>> _pages = [];
    private NativeArray<byte>? _spare;
    private long _first;

    /// <summary>The bytes of a page.</summary>
    public int PageBytes { get; } = pageBytes;

    /// <summary>The place of the first byte of the first page.</summary>
    public long Start => _first * PageBytes;

    /// <summary>How many pages there are.</summary>
    public int Count => _pages.Count;

    /// <summary>The memory that they take.</summary>
    public long Bytes => (_pages.Count + (_spare is null ? 0L : 1L)) * PageBytes;

    /// <summary>The oldest page.</summary>
    public ReadOnlySpan<byte> Oldest => _pages[0].Slice(0, PageBytes);

    /// <summary>How many pages more are needed to reach a place.</summary>
    public int Missing(long end) => (int)Math.Max(0, (end + PageBytes - 1) / PageBytes - (_first + Count));

    /// <summary>Adds pages until a place is reached. What they hold is undefined.</summary>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public void Reserve(long end)
    {
        for (var missing = Missing(end); missing > 0; missing--)
        {
            _pages.Add(_spare ?? new NativeArray<byte>(PageBytes, account));
            _spare = null;
        }
    }

    /// <summary>Writes bytes at a place whose pages are there.</summary>
    public void Write(long at, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var page = PageAt(at);
            var count = Math.Min(page.Length, bytes.Length);
            bytes[..count].CopyTo(page);
            at += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Reads bytes from a place whose pages are there.</summary>
    public void Read(long at, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var page = PageAt(at);
            var count = Math.Min(page.Length, bytes.Length);
            page[..count].CopyTo(bytes);
            at += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Drops the oldest page.</summary>
    public void DropOldest()
    {
        Drop(0);
        _first++;
    }

    /// <summary>Drops the pages that lie wholly behind a place.</summary>
    public void Truncate(long end)
    {
        while (Count > 0 && (_first + Count - 1) * PageBytes >= end) Drop(Count - 1);
    }

    /// <summary>Drops all pages; the next one will hold a place.</summary>
    public void Clear(long at)
    {
        while (Count > 0) Drop(Count - 1);
        _first = at / PageBytes;
    }

    public void Dispose()
    {
        foreach (var page in _pages) page.Dispose();
        _pages.Clear();
        _spare?.Dispose();
        _spare = null;
    }

    private Span<byte> PageAt(long at)
    {
        var inPage = (int)(at % PageBytes);
        return _pages[(int)((at / PageBytes) - _first)].Slice(inPage, PageBytes - inPage);
    }

    private void Drop(int place)
    {
        if (_spare is null) _spare = _pages[place];
        else _pages[place].Dispose();
        _pages.RemoveAt(place);
    }
}
