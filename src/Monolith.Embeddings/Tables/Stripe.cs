using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// An independently locked part of a table: plain single-threaded code over an index, rows and a filter of its own. Every member but
/// <see cref="Prefetch"/> needs <see cref="Lock"/>.
/// </summary>
internal sealed class Stripe : IDisposable
{
    private const int SmallestTrim = 64;
    private const double LowestMaximumFill = 0.86;
    private const double MaximumFillSpread = 0.06;

    private readonly TableRules _rules;
    private readonly RowBudget _budget;
    private readonly AdmissionFilter? _filter;
    private readonly CuckooIndex _index;
    private readonly RowStore _rows;
    private readonly int _initialCapacity;
    private StripeCounters _counters;
    private int _removedSinceTrim;

    public Stripe(TableRules rules, TableMemory memory, AdmissionFilter? filter, double place, int capacity)
    {
        (_rules, _budget, _filter, _initialCapacity) = (rules, memory.Budget, filter, capacity);
        _rows = new RowStore(rules.Layout, memory.Account, memory.ChunkBytes);
        try
        {
            _rows.Reserve(capacity);
            _index = new CuckooIndex(_rows, memory.Account, LowestMaximumFill + MaximumFillSpread * place, capacity);
        }
        catch
        {
            _rows.Dispose();
            throw;
        }
    }

    public Lock Lock { get; } = new();

    public ref StripeCounters Counters => ref _counters;

    public int Count => _rows.Count;

    public long Growths => _index.Growths;

    public int OverflowCount => _index.OverflowCount;

    public long PendingCount => _filter?.PendingCount ?? 0;

    public long FilterBytes => _filter?.Bytes ?? 0;

    /// <summary>Hints that an id will be looked for soon. Needs no lock.</summary>
    public void Prefetch(ulong hash) => _index.Buckets.Prefetch(hash);

    /// <summary>Hints that the row of an id, if it has one, will be used soon; returns its likely handle.</summary>
    /// <param name="hash">The mixed id.</param>
    /// <param name="bytes">How much of the row will be used, from its front.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe int PrefetchRow(ulong hash, int bytes)
    {
        var handle = _index.Guess(hash);
        if (handle != CuckooIndex.NotFound) Monolith.Embeddings.Memory.Prefetch.Lines(_rows[handle].Address, bytes);
        return handle;
    }

    /// <summary>The row of an id. <paramref name="guess"/> comes from <see cref="PrefetchRow"/>, and may be stale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(long id, ulong hash, int guess, out Row row)
    {
        // A guess is of use exactly if its row is of this id: rows are dense, so that every handle below the count is a living row.
        if ((uint)guess < (uint)_rows.Count)
        {
            row = _rows[guess];
            if (row.Key == id) return true;
        }
        return TryFind(id, hash, out row);
    }

    public bool TryFind(long id, ulong hash, out Row row)
    {
        var handle = _index.Find(id, hash);
        row = handle == CuckooIndex.NotFound ? default : _rows[handle];
        return handle != CuckooIndex.NotFound;
    }

    /// <summary>Asks the filter for an id without a row, and creates the row if it is admitted and the budget allows.</summary>
    public bool TryAdmit(in AdmissionRequest request, out Row row)
    {
        row = default;
        // The row's room comes first: a filter that admitted an id forgets its count, and must not do so for nothing.
        if (!TryReserve(_rules.BudgetBytesPerRow)) return false;
        var isCreated = false;
        try
        {
            if (!IsAdmitted(in request)) return false;
            row = Create(request.Id, request.MixedId, request.EventTime, []);
            isCreated = true;
        }
        finally
        {
            if (!isCreated) _budget.Release(_rules.BudgetBytesPerRow);
        }
        return true;
    }

    /// <summary>Creates a row of values, whoever the id is; false, and counted, where the budget is spent.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public bool TryCreate(long id, ulong hash, uint eventTime, ReadOnlySpan<float> values)
    {
        if (!TryReserve(_rules.BudgetBytesPerRow)) return false;
        try
        {
            Create(id, hash, eventTime, values);
        }
        catch
        {
            _budget.Release(_rules.BudgetBytesPerRow);
            throw;
        }
        return true;
    }

    public bool TryRemove(long id, ulong hash)
    {
        var handle = _index.Find(id, hash);
        if (handle == CuckooIndex.NotFound) return false;
        RemoveAt(handle, id, hash);
        _counters.Removed++;
        TrimAfterRemovals();
        return true;
    }

    /// <summary>Removes expired rows among at most <paramref name="most"/>, from a handle downwards.</summary>
    /// <param name="policy">Says which rows are expired.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="most">How many rows to look at.</param>
    /// <param name="cursor">The handle above the next row to look at; set to 0 when the stripe is done.</param>
    /// <returns>How many were removed.</returns>
    public int RemoveExpired(ExpiryPolicy policy, in ExpiryTime now, int most, ref int cursor)
    {
        var removed = 0;
        // Rows move only from the end into holes, so that going downwards meets every row; some are met twice, none never.
        cursor = Math.Min(cursor, _rows.Count);
        for (var stop = Math.Max(0, cursor - most); cursor > stop; cursor--)
        {
            var row = _rows[cursor - 1];
            if (!policy.IsExpired(new RowMetadata(row.Key, row.LastUpdate), in now)) continue;
            RemoveAt(cursor - 1, row.Key, KeyMixer.Mix(unchecked((ulong)row.Key)));
            _counters.Expired++;
            removed++;
        }
        return removed;
    }

    /// <summary>Lets the filter forget ids last seen at or before a time.</summary>
    public void ForgetPending(uint eventTime)
    {
        if (_filter is null) return;
        var before = _filter.PendingCount;
        _filter.Forget(eventTime);
        _budget.ReleasePending(before - _filter.PendingCount);
    }

    /// <summary>Gives memory back where that is possible: a smaller copy needs room itself, and at the limit there may be none.</summary>
    public void TrimExcess()
    {
        _removedSinceTrim = 0;
        try
        {
            _rows.TrimExcess(_initialCapacity);
            _index.TrimExcess(_initialCapacity);
        }
        catch (OutOfMemoryException)
        {
            // Nothing changed; the next removal tries again.
        }
    }

    public void Clear()
    {
        _index.Clear();
        _counters.Removed += _rows.Count;
        ReleaseBudget();
        _rows.Clear();
        _filter?.Clear();
    }

    public void Dispose()
    {
        ReleaseBudget();
        _index.Dispose();
        _rows.Dispose();
        _filter?.Dispose();
    }

    private void ReleaseBudget()
    {
        _budget.Release((long)_rows.Count * _rules.BudgetBytesPerRow);
        _budget.ReleasePending(PendingCount);
    }

    private bool IsAdmitted(in AdmissionRequest request)
    {
        if (_filter is null) return true;
        // The room for a counted id is taken before the filter is asked: a count cannot be taken back. An id that is counted already needs none.
        var room = _budget.TryReservePending() ? 1 : 0;
        if (room == 0 && !_filter.IsPending(request.Id))
        {
            _counters.Refused++;
            return false;
        }
        var before = _filter.PendingCount;
        try
        {
            return _filter.Admit(in request);
        }
        finally
        {
            _budget.ReleasePending(room - (_filter.PendingCount - before));
        }
    }

    // Once a quarter of the rows are gone, so that giving memory back costs each removal little.
    private void TrimAfterRemovals()
    {
        if (++_removedSinceTrim <= _rows.Count / 4 + SmallestTrim) return;
        TrimExcess();
    }

    private bool TryReserve(long bytes)
    {
        if (_budget.TryReserve(bytes)) return true;
        _counters.Refused++;
        return false;
    }

    // Everything that can fail comes first, a plug-in's code included: the row is written behind the last one before it counts.
    private Row Create(long id, ulong hash, uint eventTime, ReadOnlySpan<float> values)
    {
        _rows.Reserve(_rows.Count + 1);
        var row = _rows[_rows.Count];
        if (values.IsEmpty) _rules.Initialize(row, hash);
        else _rules.Assign(row, values);
        _index.Insert(id, hash, _rows.Count);
        _rows.Add(id);
        row.LastUpdate = eventTime;
        _counters.Created++;
        return row;
    }

    private void RemoveAt(int handle, long id, ulong hash)
    {
        _index.Remove(id, hash, handle);
        var last = _rows.Count - 1;
        if (handle != last)
        {
            var moved = _rows[last].Key;
            _index.Move(moved, KeyMixer.Mix(unchecked((ulong)moved)), last, handle);
        }
        _rows.RemoveAt(handle);
        _budget.Release(_rules.BudgetBytesPerRow);
    }
}
