using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// The admission filter of a stripe, or none: then every id is admitted. Tells a save before the filter changes, and gives back the room of
/// ids that are counted no more. The stripe's lock covers it.
/// </summary>
/// <param name="filter">The filter; owned from now on.</param>
/// <param name="cut">Is told before the filter changes.</param>
/// <param name="resources">The room of counted ids.</param>
internal sealed class StripeFilter(AdmissionFilter? filter, StripeCut cut, TableResources resources) : IDisposable
{
    private uint? _forgetUpToSecond;

    /// <summary>The filter; null where there is none.</summary>
    public AdmissionFilter? Plugin => filter;

    /// <summary>How many ids the filter counts, with those that it is to forget.</summary>
    public long Pending => filter?.PendingCount ?? 0;

    /// <summary>The memory of the filter that the set's account does not know of.</summary>
    public long UnaccountedBytes => filter is null ? 0 : filter.Bytes - filter.AccountedBytes;

    /// <summary>How many ids the filter counts, without those that a pass has forgotten.</summary>
    public long CountPending()
    {
        Forget();
        return Pending;
    }

    /// <summary>Whether the filter counts an id.</summary>
    public bool IsPending(long id) => filter?.IsPending(id) ?? false;

    /// <summary>How far an id has come; null where the filter does not say.</summary>
    public AdmissionProgress? Explain(long id) => filter?.Explain(id);

    /// <summary>
    /// Whether the filter may be asked for an id: there is room to count it, or it is counted already, or nothing is counted.
    /// </summary>
    public bool MayCount(long id, BatchReservation reservation) => filter is null || reservation.MayCount() || filter.IsPending(id);

    /// <summary>Asks for an id, which the filter counts.</summary>
    public bool Admit(in AdmissionRequest request)
    {
        if (filter is null) return true;
        cut.BeforeFilterChange();
        return filter.Admit(in request);
    }

    /// <summary>Forgets an id that has a row now.</summary>
    public void Drop(long id)
    {
        if (filter is null) return;
        cut.BeforeFilterChange();
        filter.Drop(id);
    }

    /// <summary>Forgets an id, known or not, and gives back its room.</summary>
    public void Remove(long id)
    {
        if (filter is null) return;
        cut.BeforeFilterChange();
        var before = Pending;
        filter.Drop(id);
        resources.Pending.Release(before - Pending);
    }

    /// <summary>Adds the ids that the filter counts, keeps by name, and that are wanted.</summary>
    public void Collect(Predicate<long> isWanted, ICollection<long> ids) => filter?.CollectPending(isWanted, ids);

    /// <summary>Begins a pass: ids that were last seen at a second or before are to be forgotten; none where it is null.</summary>
    public void BeginPass(uint? forgetUpToSecond) => _forgetUpToSecond = filter is null ? null : forgetUpToSecond;

    public void EndPass() => _forgetUpToSecond = null;

    /// <summary>
    /// Forgets what the pass under way says, once a pass, before the filter is next used: an id that is counted after the pass began must
    /// not be forgotten by its end.
    /// </summary>
    public void Forget()
    {
        if (_forgetUpToSecond is not { } newest) return;
        _forgetUpToSecond = null;
        cut.BeforeFilterChange();
        var before = Pending;
        filter!.Forget(EventSeconds.ToTime(newest));
        resources.Pending.Release(before - Pending);
    }

    public void Save(AdmissionStateWriter writer)
    {
        Forget();
        filter?.Save(writer);
    }

    /// <summary>Takes what was saved. A delta need not hold it: the commits before it do.</summary>
    /// <param name="mixedId">A mixed id in the partition that it is about.</param>
    /// <param name="bytes">What the filter wrote.</param>
    /// <exception cref="InvalidDataException">It is malformed, or there is no filter.</exception>
    /// <exception cref="OutOfMemoryException">There is no room for this many counted ids.</exception>
    public void Load(ulong mixedId, ReadOnlySpan<byte> bytes)
    {
        if (filter is null) throw new InvalidDataException("The table has no admission filter, but was given the state of one.");
        // Or a pass that is under way would forget what was loaded after its start.
        Forget();
        var before = filter.PendingCount;
        filter.Load(mixedId, bytes);
        var more = filter.PendingCount - before;
        if (resources.BoundsPending && resources.Pending.TryReserve(more)) return;
        // What is counted is released when the filter is cleared.
        resources.Pending.Release(-more);
        if (resources.BoundsPending)
        {
            throw new InsufficientMemoryException(
                $"The memory limit leaves room for {resources.Pending.Limit} counted ids; more were saved. Raise MemoryLimitBytes.");
        }
    }

    public void Clear()
    {
        if (filter is null) return;
        cut.BeforeFilterChange();
        resources.Pending.Release(Pending);
        filter.Clear();
    }

    public void AddTo(ref StatisticsTally tally)
    {
        tally.PendingIds += CountPending();
        tally.FilterBytes += filter?.Bytes ?? 0;
    }

    public void Dispose()
    {
        resources.Pending.Release(Pending);
        filter?.Dispose();
    }
}
