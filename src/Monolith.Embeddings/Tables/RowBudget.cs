namespace Monolith.Embeddings.Tables;

/// <summary>
/// The logical side of a set's memory limit: each row and each counted id takes its worst-case bytes, whatever the allocator did, so that
/// what is refused depends on the contents of the tables alone. Thread-safe.
/// </summary>
internal sealed class RowBudget(long bytes)
{
    /// <summary>The worst case of the index: 64 bytes for eight places, filled to 0.65 or more.</summary>
    public const int IndexBytesPerRow = 13;

    /// <summary>The worst case of an id that a filter counts: 28 bytes in a dictionary of which a quarter is in use.</summary>
    public const int BytesPerPendingId = 112;

    /// <summary>Counted ids may take a quarter of the budget, or a flood of ids that never come again would leave no room for rows.</summary>
    private const int PendingShare = 4;

    private long _used;
    private long _pending;

    public long Bytes { get; } = bytes;

    public long Used => Volatile.Read(ref _used);

    public bool TryReserve(long bytes)
    {
        // What does not fit is never counted, not even for a moment: another thread's request would be refused for it.
        for (var used = Used; ;)
        {
            if (bytes > Bytes - used) return false;
            var found = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (found == used) return true;
            used = found;
        }
    }

    /// <summary>Takes the room of one id that a filter counts.</summary>
    public bool TryReservePending()
    {
        if (Interlocked.Add(ref _pending, BytesPerPendingId) <= Bytes / PendingShare && TryReserve(BytesPerPendingId)) return true;
        Interlocked.Add(ref _pending, -BytesPerPendingId);
        return false;
    }

    public void ReleasePending(long ids)
    {
        Interlocked.Add(ref _pending, -ids * BytesPerPendingId);
        Release(ids * BytesPerPendingId);
    }

    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
