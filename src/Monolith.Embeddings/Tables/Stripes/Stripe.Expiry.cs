using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    // The pass that has yet to reclaim rows of this stripe, the border below which it has done so, and the handle behind the last row that it has to look at.
    private ExpiryPass? _pass;
    private readonly RowCursor _passed = new();
    private int _passEnd;

    // Rows that are created after the start come last and live, and rows only ever move down: those that may be dead are below where the rows ended then.
    private int PassEnd => Math.Min(_passEnd, _rows.Count);

    private bool _hasStalePending;

    /// <summary>Whether a pass is not yet through with this stripe.</summary>
    public bool HasPass(ExpiryPass pass) => _pass == pass;

    /// <summary>Begins a pass, while no verb is under way: what is dead by it is not found from now on, and is reclaimed slice by slice.</summary>
    public void Begin(ExpiryPass pass)
    {
        (_pass, _passEnd) = (pass, _rows.Count);
        _passed.Position = 0;
        _cursors.Add(_passed);
        _hasStalePending = _filter is not null && pass.ForgetPendingUpTo is not null;
    }

    /// <summary>Whether a row is dead by the pass that is under way.</summary>
    public bool IsDead(Row row) => _pass is { } pass && pass.IsDead(row);

    /// <summary>Reclaims dead rows of the pass that is under way: of its next rows, and of the last ones, which fill their places.</summary>
    /// <param name="most">How many rows to look at, about.</param>
    /// <returns>How many were removed.</returns>
    public int Reclaim(int most)
    {
        if (_pass is not { } pass) return 0;
        ForgetPending();
        _cursors.Remove(_passed);
        var before = _rows.Count;
        try
        {
            while (most > 0 && _passed.Position < PassEnd) most -= _cursors.IsEmpty ? Compact(pass, most) : CompactBesideCursors(pass, most);
        }
        finally
        {
            _cursors.Add(_passed);
            _room.Rows.Release(before - _rows.Count);
        }
        if (_passed.Position >= PassEnd) EndPass();
        TrimRows();
        return before - _rows.Count;
    }

    private void EndPass()
    {
        _cursors.Remove(_passed);
        (_pass, _hasStalePending) = (null, false);
    }

    /// <summary>Makes way for a new row of the id: reclaims the dead one at once, and forgets what its filter is to have forgotten.</summary>
    private void MakeWay(long id, ulong hash, ref RowView rows)
    {
        if (_pass is null) return;
        ForgetPending();
        var handle = _index.Find(id, hash);
        if (handle != CuckooIndex.NotFound) Bury(handle, id, hash);
        rows = Rows;
    }

    /// <summary>Reclaims a row if it is dead.</summary>
    private bool Bury(int handle, long id, ulong hash)
    {
        if (!IsDead(_rows[handle])) return false;
        RemoveAt(handle, id, hash, RemovalCause.Expired, in _pass!.Now);
        _room.Rows.Release(1);
        return true;
    }

    // Once a pass, by whoever comes first: an id that is counted anew after the start must not be forgotten by its end.
    private void ForgetPending()
    {
        if (!_hasStalePending) return;
        _hasStalePending = false;
        BeforeFilterChange();
        var before = _filter!.PendingCount;
        _filter.Forget(_pass!.ForgetPendingUpTo!.Value);
        _room.Pending.Release(before - _filter.PendingCount);
    }
}
