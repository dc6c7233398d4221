using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    /// <summary>How many ids the filter counts, without those that a pass has forgotten.</summary>
    public long CountPending()
    {
        ForgetPending();
        return PendingCount;
    }

    public void SaveFilter(AdmissionStateWriter writer)
    {
        ForgetPending();
        _filter?.Save(writer);
    }

    /// <summary>Takes what was saved. A delta need not hold it: the commits before it do.</summary>
    /// <exception cref="InvalidDataException">It is malformed, or there is no filter.</exception>
    /// <exception cref="OutOfMemoryException">There is no room for so many counted ids.</exception>
    public void LoadFilter(in AdmissionRecord record)
    {
        if (_filter is null) throw new InvalidDataException("The table has no admission filter, but was given the state of one.");
        // Or a pass that is under way would forget what was loaded after its start.
        ForgetPending();
        var before = _filter.PendingCount;
        _filter.Load(record.MixedId, record.Bytes.Span);
        var more = _filter.PendingCount - before;
        if (_room.BoundsPending && _room.Pending.TryReserve(more)) return;
        // What is counted is released when the filter is cleared.
        _room.Pending.Release(-more);
        if (_room.BoundsPending)
            throw new InsufficientMemoryException($"The memory limit leaves room for {_room.Pending.Limit} counted ids; more were saved. Raise MemoryLimitBytes.");
    }

    public void ClearFilter()
    {
        if (_filter is null) return;
        BeforeFilterChange();
        _room.Pending.Release(PendingCount);
        _filter.Clear();
    }
}
