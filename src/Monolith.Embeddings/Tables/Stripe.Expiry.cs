using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

internal sealed partial class Stripe
{
    // The pass that has yet to reclaim rows of this stripe, and the handle above the next row that it looks at.
    private ExpiryPass? _pass;
    private int _passCursor;
    private bool _hasStalePending;

    /// <summary>Whether a pass is not yet through with this stripe.</summary>
    public bool HasPass(ExpiryPass pass) => _pass == pass;

    /// <summary>Begins a pass, while no verb is under way: what is dead by it is not found from now on, and is reclaimed slice by slice.</summary>
    public void Begin(ExpiryPass pass)
    {
        (_pass, _passCursor) = (pass, _rows.Count);
        _hasStalePending = _filter is not null && pass.ForgetPendingUpTo is not null;
    }

    /// <summary>Whether a row is dead by the pass that is under way.</summary>
    public bool IsDead(Row row) => _pass is { } pass && pass.IsDead(row);

    /// <summary>Reclaims dead rows among the next rows of the pass that is under way.</summary>
    /// <param name="dead">Scratch; its length says how many rows to look at.</param>
    /// <returns>How many were removed.</returns>
    public int Reclaim(Span<int> dead)
    {
        if (_pass is not { } pass) return 0;
        ForgetPending();
        // Rows only ever move down, so that going downwards meets every row; some are met twice, none never.
        _passCursor = Math.Min(_passCursor, _rows.Count);
        var stop = Math.Max(0, _passCursor - dead.Length);
        var count = pass.CollectDead(_rows, ref _passCursor, stop, dead);
        RemoveDescending(dead[..count], in pass.Now);
        TrimRows();
        if (_passCursor == 0) _pass = null;
        return count;
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
