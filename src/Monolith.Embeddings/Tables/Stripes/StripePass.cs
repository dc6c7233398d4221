using System.Runtime.CompilerServices;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// The eviction that is under way in a stripe, if one is: which rows are dead by it, and how they are reclaimed, slice by slice, or one at
/// once where an id is written again. The stripe's lock covers it.
/// </summary>
internal sealed class StripePass(StripeRows rows, StripeFilter filter, StripeRemoval removal, StripeCompaction compaction)
{
    // The border below which the pass has reclaimed rows.
    private readonly RowCursor _border = new();
    private ExpiryPass? _pass;

    // The handle after the last row to look at. Rows that are created after the start come last and live, and rows only ever move down:
    // those that may be dead are below where the rows ended then.
    private int _end;

    /// <summary>The pass; null where none is under way here.</summary>
    public ExpiryPass? Current => _pass;

    /// <summary>
    /// The rows as they are now, for guesses. None while a pass is under way here: every id then goes by the index and is asked about, and
    /// without a pass that costs nothing.
    /// </summary>
    public RowView View
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _pass is null ? rows.Store.View : rows.Store.EmptyView;
    }

    /// <summary>
    /// Begins a pass, while no verb is under way: what is dead by it is not found from now on, and is reclaimed slice by slice.
    /// </summary>
    public void Begin(ExpiryPass pass)
    {
        (_pass, _end) = (pass, rows.Count);
        _border.Position = 0;
        rows.AddCursor(_border);
        filter.BeginPass(pass.ForgetPendingUpToSecond);
    }

    /// <summary>Ends the pass, if one is under way.</summary>
    public void End()
    {
        rows.RemoveCursor(_border);
        _pass = null;
        filter.EndPass();
    }

    /// <summary>Whether a row is dead by the pass that is under way.</summary>
    public bool IsDead(Row row) => _pass is { } pass && pass.IsDead(row);

    /// <summary>
    /// Reclaims dead rows of the pass that is under way: of its next rows, and of the last ones, which fill their places.
    /// </summary>
    /// <param name="most">How many rows to look at, about.</param>
    /// <returns>How many were removed.</returns>
    public int Reclaim(int most)
    {
        if (_pass is not { } pass) return 0;
        filter.Forget();
        rows.RemoveCursor(_border);
        var before = rows.Count;
        try
        {
            while (most > 0 && !IsThrough) most -= compaction.RemoveDead(pass, _border, _end, most);
        }
        finally
        {
            rows.AddCursor(_border);
        }
        if (IsThrough) End();
        rows.TrimStore();
        return before - rows.Count;
    }

    /// <summary>
    /// Reclaims the dead row of an id at once, if there is one, and forgets what the filter is to have forgotten: the id is about to get a
    /// new row.
    /// </summary>
    public void ReclaimFor(long id, ulong hash, ref RowView view)
    {
        if (_pass is null) return;
        filter.Forget();
        var handle = rows.Find(id, hash);
        if (handle != CuckooIndex.NotFound) TryReclaim(handle, id, hash);
        view = View;
    }

    /// <summary>Reclaims a row if it is dead.</summary>
    public bool TryReclaim(int handle, long id, ulong hash)
    {
        if (!IsDead(rows[handle])) return false;
        removal.Remove(handle, id, hash, RemovalCause.Expired, in _pass!.Now);
        return true;
    }

    /// <summary>
    /// How a row that is dead and not yet reclaimed will be remembered; null where the id has no row, or no pass is under way.
    /// </summary>
    public RowRemoval? RemovalUnderWay(long id, ulong hash)
    {
        var handle = rows.Find(id, hash);
        if (_pass is not { } pass || handle == CuckooIndex.NotFound) return null;
        return new RowRemoval
        {
            Cause = RemovalCause.Expired,
            EventTime = pass.Now.NewestEventTime,
            ClockTime = pass.Now.Clock,
            LastUpdate = EventSeconds.ToTime(rows[handle].LastUpdate),
        };
    }

    private bool IsThrough => _border.Position >= Math.Min(_end, rows.Count);
}
