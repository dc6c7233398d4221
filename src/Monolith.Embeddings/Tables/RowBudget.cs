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

    private long _used;

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

    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
