using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// The rows of a stripe, dense: handles are 0 to <see cref="Count"/> - 1, and a removal moves the last row into the hole, so that memory
/// comes back by truncation. Rows live in chunks of equal size; the first one starts small and doubles, so that a small stripe costs
/// little. Not thread-safe: the stripe's lock covers it.
/// </summary>
internal sealed unsafe class RowStore : IDisposable
{
    /// <summary>The largest number of rows; handles up to here leave room for rounding up.</summary>
    public const int MaxRows = 1 << 30;

    private const long SmallestBytes = 4096;

    private readonly PagePool _pool;
    private readonly int _rowBytes;
    private readonly long _chunkBytes;
    private readonly HandleDivider _rowsPerChunk;
    private MemoryPiece[] _pieces = [];
    private nint[] _chunks = [];
    private int _chunkCount;

    /// <param name="layout">The bytes of a row.</param>
    /// <param name="pool">Gives the memory.</param>
    /// <param name="chunkBytes">How large a chunk is; it holds as many rows as fit, and grows if not even one does.</param>
    public RowStore(RowLayout layout, PagePool pool, long chunkBytes)
    {
        _pool = pool;
        _rowBytes = layout.RowBytes;
        _chunkBytes = Math.Max(chunkBytes, _rowBytes);
        _rowsPerChunk = new HandleDivider((int)Math.Min(_chunkBytes / _rowBytes, MaxRows));
    }

    public int Count { get; private set; }

    /// <summary>The memory of all chunks.</summary>
    public long Bytes => _chunkCount == 0 ? 0 : _pieces[0].Bytes + (_chunkCount - 1) * _pieces[_chunkCount - 1].Bytes;

    public int RowBytes => _rowBytes;

    /// <summary>How many rows fit without another allocation.</summary>
    public int Capacity => _chunkCount switch
    {
        0 => 0,
        1 => (int)Math.Min(_pieces[0].Bytes / _rowBytes, RowsPerChunk),
        _ => _chunkCount * RowsPerChunk,
    };

    private int RowsPerChunk => _rowsPerChunk.Divisor;

    public Row this[int handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var (chunk, place) = _rowsPerChunk.Divide(handle);
            return new Row((byte*)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), chunk) + (long)place * _rowBytes);
        }
    }

    /// <summary>The rows as they are now, for a loop over many.</summary>
    public RowView View => new(_chunks, _rowsPerChunk, _rowBytes, Count);

    /// <summary>No rows.</summary>
    public RowView EmptyView => new(_chunks, _rowsPerChunk, _rowBytes, 0);

    /// <summary>Fetches the fronts of rows that may be there. Needs no lock: a hint at memory that is gone does nothing.</summary>
    /// <param name="handles">Likely handles; negative ones are passed over.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">How much of each row will be used, from its front.</param>
    public void Prefetch(int* handles, int count, int bytes)
    {
        var (chunks, divider, rowBytes) = (_chunks, _rowsPerChunk, _rowBytes);
        for (var i = 0; i < count; i++)
        {
            if (handles[i] < 0) continue;
            var (chunk, place) = divider.Divide(handles[i]);
            if ((uint)chunk < (uint)chunks.Length) Memory.Prefetch.Lines((byte*)chunks[chunk] + (long)place * rowBytes, bytes);
        }
    }

    /// <summary>Fetches the header of a row, if there is one of that handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchHeader(int handle)
    {
        if ((uint)handle < (uint)Count) Memory.Prefetch.Line(this[handle].Address);
    }

    /// <summary>Fetches the front of a row, if there is one of that handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int handle, int bytes)
    {
        if ((uint)handle < (uint)Count) Memory.Prefetch.Lines(this[handle].Address, bytes);
    }

    /// <summary>Makes room; afterwards that many rows can be added without an allocation.</summary>
    /// <exception cref="OutOfMemoryException">Nothing changed but capacity.</exception>
    public void Reserve(int capacity)
    {
        while (Capacity < capacity)
        {
            if (Count >= MaxRows)
                throw new InsufficientMemoryException($"{MaxRows} rows are all that a stripe can hold. Use more stripes.");
            if (_chunkCount == 0) AddChunk(Math.Min(_chunkBytes, Math.Max(SmallestBytes, _rowBytes)));
            else if (Capacity < RowsPerChunk) ResizeFirst(Math.Min(_chunkBytes, 2 * _pieces[0].Bytes));
            else AddChunk(_chunkBytes);
        }
    }

    /// <summary>Appends a row. Its bytes are undefined except the key.</summary>
    public int Add(long key)
    {
        if (Count == Capacity) Reserve(Count + 1);
        var handle = Count++;
        var row = this[handle];
        row.Key = key;
        return handle;
    }

    /// <summary>Copies a row into another's place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Copy(int from, int to) => Buffer.MemoryCopy(this[from].Address, this[to].Address, _rowBytes, _rowBytes);

    /// <summary>Drops the last rows.</summary>
    /// <param name="count">How many rows to keep; as many as there are, or less.</param>
    public void Truncate(int count) => Count = count;

    /// <summary>Gives back what the rows no longer need, keeping a quarter of a chunk as slack against growing again at once.</summary>
    /// <param name="capacity">How many rows to keep room for.</param>
    public void TrimExcess(int capacity = 0)
    {
        var kept = Math.Max(capacity, Count);
        while (_chunkCount > 1 && Math.Max(capacity, Count + RowsPerChunk / 4) <= (_chunkCount - 1) * RowsPerChunk) DropLastChunk();
        if (_chunkCount != 1) return;
        var needed = _pieces[0].Bytes;
        while (needed / 2 >= Math.Max(SmallestBytes, _rowBytes) && needed / 4 / _rowBytes > kept) needed /= 2;
        if (needed < _pieces[0].Bytes) ResizeFirst(needed);
    }

    public void Clear()
    {
        Count = 0;
        while (_chunkCount > 0) DropLastChunk();
    }

    public void Dispose() => Clear();

    private void AddChunk(long bytes)
    {
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _pieces, Math.Max(4, 2 * _chunkCount));
            Array.Resize(ref _chunks, Math.Max(4, 2 * _chunkCount));
        }
        Place(_chunkCount, _pool.Allocate(bytes));
        _chunkCount++;
    }

    private void ResizeFirst(long bytes)
    {
        var old = _pieces[0];
        var piece = _pool.Allocate(bytes);
        Buffer.MemoryCopy(old.Pointer, piece.Pointer, bytes, (long)Count * _rowBytes);
        Place(0, piece);
        _pool.Free(old);
    }

    private void Place(int chunk, MemoryPiece piece)
    {
        _pieces[chunk] = piece;
        _chunks[chunk] = (nint)piece.Pointer;
    }

    private void DropLastChunk()
    {
        _chunkCount--;
        _pool.Free(_pieces[_chunkCount]);
        _pieces[_chunkCount] = default;
        _chunks[_chunkCount] = 0;
    }
}
