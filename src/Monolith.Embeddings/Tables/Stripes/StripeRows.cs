using System.Runtime.CompilerServices;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// The rows of a stripe, dense, and the index that finds them by id. A removal fills the hole that it leaves and keeps the cursors of
/// passes in step. Every member but the hints, <see cref="Buckets"/> and <see cref="Prefetch"/>, needs the stripe's lock.
/// </summary>
internal sealed class StripeRows : IDisposable
{
    /// <summary>How many rows ahead a scan fetches headers.</summary>
    public const int ScanWindow = 24;

    private const double MaximumFill = 0.92;

    // How many rows ahead those that are copied are fetched.
    private const int CopyWindow = 4;

    private readonly CuckooIndex _index;
    private readonly RowStore _store;
    private readonly int _rowBytes;
    private RowCursors _cursors;
    private ChangeMarks _marks;
    private int _keptCapacity, _removalsBeforeTrim;

    /// <param name="rules">Say how large a row is.</param>
    /// <param name="resources">Gives the memory.</param>
    /// <param name="reclaimer">Frees old index buckets once no hint can be reading them.</param>
    /// <param name="place">The stripe's place among all of them, 0 to 1: they grow at different numbers of rows.</param>
    /// <param name="capacity">How many rows to have room for from the start.</param>
    public StripeRows(TableRules rules, TableResources resources, Reclaimer reclaimer, double place, int capacity)
    {
        (_rowBytes, _keptCapacity) = (rules.Layout.RowBytes, capacity);
        _store = new RowStore(rules.Layout, resources.Pool, resources.Plan.ChunkBytes);
        try
        {
            _store.Reserve(capacity);
            _index = new CuckooIndex(_store, resources.Pool, reclaimer, new IndexSizes(place, MaximumFill), capacity, rules.HashMask);
        }
        catch
        {
            _store.Dispose();
            throw;
        }
    }

    public int Count => _store.Count;

    public Row this[int handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _store[handle];
    }

    /// <summary>The rows by handle, for a loop over many.</summary>
    public RowStore Store => _store;

    /// <summary>The index's buckets as they are now, for hints.</summary>
    public BucketArray Buckets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _index.Buckets;
    }

    /// <summary>Which rows changed, for deltas.</summary>
    public ref ChangeMarks Marks => ref _marks;

    /// <summary>Whether no pass has a cursor here.</summary>
    public bool HasNoCursor => _cursors.IsEmpty;

    /// <inheritdoc cref="RowStore.Prefetch(int*, int, int)" />
    public unsafe void Prefetch(int* handles, int count, int bytes) => _store.Prefetch(handles, count, bytes);

    /// <summary>Fetches what the removal of a row will need.</summary>
    public unsafe void PrefetchRemoval(int handle)
    {
        if (handle >= _store.Count) return;
        var row = _store[handle];
        _index.Buckets.Prefetch(_index.HashOf(row.Key));
        Memory.Prefetch.Lines(row.Address, _rowBytes);
    }

    public ulong HashOf(long id) => _index.HashOf(id);

    /// <returns>The handle of an id's row, or <see cref="CuckooIndex.NotFound"/>.</returns>
    public int Find(long id, ulong hash) => _index.Find(id, hash);

    /// <summary>Makes room for the given number of rows at once.</summary>
    public void Reserve(int rows)
    {
        _store.Reserve(rows);
        _index.Reserve(rows);
    }

    /// <summary>The memory of the row that <see cref="Append"/> adds.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public Row PrepareNext()
    {
        _store.Reserve(_store.Count + 1);
        return _store[_store.Count];
    }

    /// <summary>Adds the prepared row, which begins to be found.</summary>
    /// <returns>Its handle.</returns>
    public int Append(long id, ulong hash)
    {
        var handle = _store.Count;
        _index.Insert(id, hash, handle);
        _store.Add(id);
        return handle;
    }

    /// <summary>Removes a row, and moves others into the place that it leaves.</summary>
    public void Remove(int handle, long id, ulong hash)
    {
        _index.Remove(id, hash, handle);
        var last = _store.Count - 1;
        Move(last, MoveHolePastCursors(handle));
        _store.Truncate(last);
    }

    /// <summary>
    /// Removes rows from the index; their memory is for <see cref="FillAll"/> and <see cref="Truncate"/>. Only while no pass has a cursor
    /// here.
    /// </summary>
    public void RemoveFromIndex(ReadOnlySpan<int> handles) => _index.RemoveAll(handles);

    /// <summary>Moves rows to the places of removed ones. Only while no pass has a cursor here.</summary>
    public unsafe void FillAll(ReadOnlySpan<int> holes, ReadOnlySpan<int> from)
    {
        _index.MoveAll(from, holes);
        for (var i = 0; i < from.Length; i++)
        {
            if (i + CopyWindow < from.Length)
            {
                Memory.Prefetch.Lines(_store[from[i + CopyWindow]].Address, _rowBytes);
                Memory.Prefetch.Lines(_store[holes[i + CopyWindow]].Address, _rowBytes);
            }
            Copy(from[i], holes[i]);
        }
    }

    /// <summary>Cuts off the last rows, which are removed or moved.</summary>
    public void Truncate(int count) => _store.Truncate(count);

    /// <summary>
    /// Takes the next rows of a pass, at most <paramref name="most"/>: those from the cursor's new position up. A pass begins with a cursor
    /// that is not open, and has ended when the cursor is not open any more. Meanwhile a row that stays is taken exactly once, whatever
    /// else is removed; rows that are created are not taken.
    /// </summary>
    /// <returns>How many rows; valid until the lock is left.</returns>
    public int Take(RowCursor cursor, int most)
    {
        if (cursor.IsOpen) _cursors.Remove(cursor);
        else cursor.Position = _store.Count;
        var taken = Math.Min(most, cursor.Position);
        cursor.Position -= taken;
        cursor.IsOpen = cursor.Position > 0;
        if (cursor.IsOpen) _cursors.Add(cursor);
        return taken;
    }

    public void AddCursor(RowCursor cursor) => _cursors.Add(cursor);

    public void RemoveCursor(RowCursor cursor) => _cursors.Remove(cursor);

    /// <summary>Gives memory back where that is possible: a smaller copy needs room itself, and at the limit there may be none.</summary>
    public void TrimExcess()
    {
        TrimStore();
        TrimIndex();
    }

    public void TrimStore() => Trim(static rows => rows._store.TrimExcess(rows._keptCapacity));

    /// <summary>Gives back even what the initial capacity took.</summary>
    public void TrimAll()
    {
        _keptCapacity = 0;
        TrimExcess();
    }

    /// <summary>Finds no row any more; their memory is for <see cref="Clear"/>.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for an empty index; nothing changed.</exception>
    public void ClearIndex() => _index.Clear();

    /// <summary>Frees the memory of all rows, once the index is cleared, and puts all passes at their end.</summary>
    public void Clear()
    {
        _store.Clear();
        _cursors.Finish();
    }

    /// <summary>Adds what is held here.</summary>
    public void AddTo(ref StatisticsTally tally)
    {
        tally.Displacements.Add(in _index.Displacements);
        tally.Rows += _store.Count;
        tally.OverflowIds += _index.OverflowCount;
        tally.Places += _index.Places;
        tally.Growths += _index.Growths;
        tally.RowBytes += _store.Bytes;
        tally.IndexBytes += _index.Bytes;
    }

    public void Dispose()
    {
        _index.Dispose();
        _store.Dispose();
    }

    private void TrimIndex() => Trim(static rows => rows._index.TrimExcess(rows._keptCapacity));

    private void Trim(Action<StripeRows> trim)
    {
        if (_removalsBeforeTrim > 0)
        {
            _removalsBeforeTrim--;
            return;
        }
        try
        {
            trim(this);
        }
        catch (OutOfMemoryException)
        {
            // Nothing changed. Trying again at the next removal would cost each of them an exception.
            _removalsBeforeTrim = Count / 8;
        }
    }

    // No row may cross a cursor: a pass would meet one that it has taken, or miss one that it has not. So the hole travels up through the
    // cursors: the row just below each fills the hole and leaves one that the cursor then steps over. Without cursors the last row fills
    // the hole.
    private int MoveHolePastCursors(int hole)
    {
        for (var cursor = _cursors.FirstAbove(hole); cursor is not null; cursor = cursor.Next)
        {
            var below = cursor.Position - 1;
            Move(below, hole);
            cursor.Position = hole = below;
        }
        return hole;
    }

    private void Move(int from, int to)
    {
        if (from == to) return;
        var key = _store[from].Key;
        _index.Move(key, _index.HashOf(key), from, to);
        Copy(from, to);
    }

    private void Copy(int from, int to)
    {
        _marks.MarkMoved(to);
        _store.Copy(from, to);
    }
}
