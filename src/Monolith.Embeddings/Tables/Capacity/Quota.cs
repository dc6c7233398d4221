namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>So many of something (bytes, rows, counted ids), of which takers reserve parts and give them back. Thread-safe.</summary>
internal sealed class Quota(long limit)
{
    private long _limit = limit;
    private long _used;

    public long Limit => Volatile.Read(ref _limit);

    public long Used => Volatile.Read(ref _used);

    public long Free => Limit - Used;

    public bool TryReserve(long count)
    {
        // What does not fit is never counted, not even for a moment: another thread's request would be refused for it.
        for (var used = Used; ;)
        {
            if (count > 0 && count > Limit - used) return false;
            var found = Interlocked.CompareExchange(ref _used, used + count, used);
            if (found == used) return true;
            used = found;
        }
    }

    /// <summary>Leaves so many for takers, whatever was free before.</summary>
    public void SetFree(long count)
    {
        var used = Used;
        Volatile.Write(ref _limit, count > long.MaxValue - used ? long.MaxValue : used + count);
    }

    public void Release(long count)
    {
        if (count != 0) Interlocked.Add(ref _used, -count);
    }
}
