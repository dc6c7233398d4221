using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// How many rows a table may have: a number of its own, and its share of the bytes that the tables of a set hand out among themselves. A
/// row takes its worst-case bytes, whatever the allocator did, so that who gets a row depends on the contents of the tables alone.
/// Thread-safe.
/// </summary>
/// <param name="bytes">The bytes that the tables of the set share.</param>
/// <param name="bytesPerRow">What a row takes of them.</param>
/// <param name="mostRows">The table's own limit; null for none.</param>
/// <param name="isPart">Whether the limit holds for rows of other sets too: then their coordinator says how many fit here.</param>
internal sealed class RowQuota(Quota bytes, int bytesPerRow, long? mostRows, bool isPart = false)
{
    /// <summary>
    /// The worst case of the index: 64 bytes for eight places that are filled to 0.35 or more, or else, while the index grows, the old
    /// places at a fill of 0.86 beside the new ones at 0.69.
    /// </summary>
    private const int IndexBytesPerRow = 23;

    /// <summary>Chunks leave at most this part of a row's bytes unused at their ends.</summary>
    private const int ChunkWaste = 16;

    private readonly Quota _bytes = isPart ? new(long.MaxValue) : bytes;
    private readonly Quota? _rows = isPart ? new(long.MaxValue) : mostRows is { } most ? new(most) : null;
    private readonly Lock _lock = new();
    private long _keptRows;
    private long _reservedRows;
    private long _removed;

    /// <summary>The worst-case bytes of a row, by which rows are admitted.</summary>
    public int BytesPerRow => bytesPerRow;

    /// <summary>How many rows fit if no other table of the set has any, or room kept for any.</summary>
    public long Limit { get; } = Math.Min(mostRows ?? long.MaxValue, bytes.Limit / bytesPerRow);

    /// <summary>How many more rows fit now.</summary>
    public long Free => Math.Max(0, Math.Min(_rows?.Free ?? long.MaxValue, FreeOfKept + _bytes.Free / bytesPerRow));

    /// <summary>How many rows were removed, whatever the cause, since the table was made.</summary>
    public long Removed => Volatile.Read(ref _removed);

    private long FreeOfKept => Math.Max(0, _keptRows - Volatile.Read(ref _reservedRows));

    /// <summary>
    /// The worst-case bytes of a row, from what a table's user chose alone: neither stripes nor chunks enter, or the limit would depend on
    /// them.
    /// </summary>
    /// <param name="layout">The bytes of a row.</param>
    /// <param name="hasEviction">
    /// Whether a policy decides at the limit; a pass then needs two ranks of 16 bytes for each row that it removes, one in 64.
    /// </param>
    public static int WorstBytesPerRow(RowLayout layout, bool hasEviction) =>
        layout.RowBytes + (layout.RowBytes + ChunkWaste - 1) / ChunkWaste + IndexBytesPerRow + (hasEviction ? 1 : 0);

    /// <summary>
    /// Keeps the bytes of this many rows from the other tables, whether the rows are there or not: their memory is. Once, before any is
    /// reserved.
    /// </summary>
    public bool TryKeep(long rows)
    {
        if (rows > Limit || !_bytes.TryReserve(rows * bytesPerRow)) return false;
        _keptRows = rows;
        return true;
    }

    /// <summary>Whether it is known how many rows fit: a part must be told.</summary>
    public bool IsKnown { get; private set; } = !isPart;

    /// <summary>Says how many more rows fit into a part.</summary>
    public void SetFree(long rows)
    {
        _rows!.SetFree(rows);
        IsKnown = true;
    }

    /// <summary>Keeps none any more.</summary>
    public void KeepNone()
    {
        lock (_lock)
        {
            _bytes.Release(Math.Max(0, _keptRows - _reservedRows) * bytesPerRow);
            _keptRows = 0;
        }
    }

    public bool TryReserve(long rows)
    {
        if (_rows?.TryReserve(rows) == false) return false;
        if (TryReserveBytes(rows)) return true;
        _rows?.Release(rows);
        return false;
    }

    public void Release(long rows)
    {
        ReleaseBytes(rows);
        _rows?.Release(rows);
    }

    /// <summary>Gives back the room of rows that were removed, and counts them.</summary>
    public void ReleaseRemoved(long rows)
    {
        Interlocked.Add(ref _removed, rows);
        Release(rows);
    }

    private bool TryReserveBytes(long rows)
    {
        if (_keptRows == 0) return _bytes.TryReserve(rows * bytesPerRow);
        lock (_lock)
        {
            if (!_bytes.TryReserve(BeyondKept(_reservedRows, _reservedRows + rows) * bytesPerRow)) return false;
            _reservedRows += rows;
        }
        return true;
    }

    private void ReleaseBytes(long rows)
    {
        if (_keptRows == 0)
        {
            _bytes.Release(rows * bytesPerRow);
            return;
        }
        lock (_lock)
        {
            _reservedRows -= rows;
            _bytes.Release(BeyondKept(_reservedRows, _reservedRows + rows) * bytesPerRow);
        }
    }

    private long BeyondKept(long from, long to) => Math.Max(to, _keptRows) - Math.Max(from, _keptRows);
}
