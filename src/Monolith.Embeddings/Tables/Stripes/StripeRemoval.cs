using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Capacity;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// How rows leave a stripe: a save is told, the removal is logged, remembered and counted, and then the row goes, and its room is free. The
/// stripe's lock covers it.
/// </summary>
internal sealed class StripeRemoval(StripeRows rows, StripeCut cut, StripeHistory history, RowQuota quota)
{
    /// <summary>Removes a row.</summary>
    public void Remove(int handle, long id, ulong hash, RemovalCause cause, in ExpiryTime now)
    {
        cut.BeforeRemoval(handle);
        history.Remember(rows[handle], cause, in now);
        history.Counters.CountRemoval(cause);
        rows.Remove(handle, id, hash);
        quota.ReleaseRemoved(1);
    }

    /// <summary>Removes a row that is to be forgotten: saves hear of it, and the history does not.</summary>
    public void Forget(int handle, long id, ulong hash)
    {
        cut.BeforeRemoval(handle);
        history.Counters.CountRemoval(RemovalCause.Removed);
        rows.Remove(handle, id, hash);
        quota.ReleaseRemoved(1);
    }

    /// <summary>
    /// Removes expired rows from the index, while no scan is under way; their memory is for the caller to fill or to cut off.
    /// </summary>
    public void RemoveExpired(ReadOnlySpan<int> handles, in ExpiryTime now)
    {
        cut.BeforeRemovals(handles);
        // More than it keeps need not be remembered.
        foreach (var handle in handles[Math.Max(0, handles.Length - history.MostRemovals)..])
            history.Remember(rows[handle], RemovalCause.Expired, in now);
        history.Counters.Expired += handles.Length;
        rows.RemoveFromIndex(handles);
        quota.ReleaseRemoved(handles.Length);
    }

    /// <summary>Removes all rows. What an eviction has killed and not yet reclaimed was expired before.</summary>
    /// <param name="pass">The eviction that is under way; null where there is none.</param>
    /// <param name="now">When.</param>
    public void Clear(ExpiryPass? pass, in ExpiryTime now)
    {
        cut.BeforeClear();
        // This may fail, and comes before anything is counted.
        rows.ClearIndex();
        // More than it keeps need not be remembered, but all of them are counted.
        var (remembered, expired) = (Math.Max(0, rows.Count - history.MostRemovals), 0);
        for (var handle = pass is null ? remembered : 0; handle < rows.Count; handle++)
        {
            var row = rows[handle];
            var isDead = pass is not null && pass.IsDead(row);
            expired += isDead ? 1 : 0;
            if (handle < remembered) continue;
            ref readonly var time = ref isDead ? ref pass!.Now : ref now;
            history.Remember(row, isDead ? RemovalCause.Expired : RemovalCause.Cleared, in time);
        }
        history.Counters.Expired += expired;
        history.Counters.Cleared += rows.Count - expired;
        quota.ReleaseRemoved(rows.Count);
        rows.Clear();
    }
}
