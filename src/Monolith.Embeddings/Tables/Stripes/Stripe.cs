using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// An independently locked part of a table: plain single-threaded code over an index, rows and a filter of its own, put together of parts
/// of one role each. Every member but the hints, <see cref="StripeRows.Buckets"/> and <see cref="StripeRows.Prefetch"/>, needs <see
/// cref="Lock"/>.
/// </summary>
internal sealed class Stripe : IDisposable
{
    private readonly TableRules _rules;
    private readonly RowQuota _quota;
    private readonly StripeRemoval _removal;
    private readonly StripeTimes _times;

    /// <param name="rules">What it has in common with the others.</param>
    /// <param name="resources">What it has in common with the whole set, and what the limit leaves it.</param>
    /// <param name="changes">Numbers the changes.</param>
    /// <param name="reclaimer">Frees old index buckets once no hint can be reading them.</param>
    /// <param name="filter">Decides which ids get a row; null: all. The stripe owns it, also where it cannot be made.</param>
    /// <param name="refusals">Told what is refused for its numbers.</param>
    /// <param name="place">Its place among the stripes, 0 to 1: they grow at different numbers of rows.</param>
    /// <param name="capacity">How many rows to have room for from the start.</param>
    public Stripe(
        TableRules rules, TableResources resources, ChangeClock changes, Reclaimer reclaimer, AdmissionFilter? filter,
        RefusalLog refusals, double place,
        int capacity)
    {
        (_rules, _quota) = (rules, resources.Rows);
        try
        {
            Rows = new StripeRows(rules, resources, reclaimer, place, capacity);
            History = new StripeHistory(resources.History, resources.Account, refusals);
        }
        catch
        {
            Rows?.Dispose();
            filter?.Dispose();
            throw;
        }
        Cut = new StripeCut(Rows, filter, changes, resources.Account);
        Filter = new StripeFilter(filter, Cut, resources);
        _removal = new StripeRemoval(Rows, Cut, History, resources.Rows);
        _times = new StripeTimes(Rows, Cut, rules);
        Pass = new StripePass(Rows, Filter, _removal, new StripeCompaction(Rows, _removal, _times));
        Admission = new StripeAdmission(Rows, Cut, Filter, History, Pass, rules);
        Restore = new StripeRestore(Rows, Cut, resources.Rows);
    }

    public Lock Lock { get; } = new();

    /// <summary>Its rows and their index.</summary>
    public StripeRows Rows { get; }

    /// <summary>Its changes, as saves see them.</summary>
    public StripeCut Cut { get; }

    /// <summary>Which ids may get a row.</summary>
    public StripeFilter Filter { get; }

    /// <summary>What happened in it.</summary>
    public StripeHistory History { get; }

    /// <summary>The eviction that is under way.</summary>
    public StripePass Pass { get; }

    /// <summary>How ids get rows.</summary>
    public StripeAdmission Admission { get; }

    /// <summary>How it takes what was saved.</summary>
    public StripeRestore Restore { get; }

    /// <summary>The row of an id. The guess is a hint of <see cref="StripeRows.Buckets"/>, and may be stale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(in RowView view, long id, ulong hash, int guess, out Row row) => TryFind(in view, id, hash, guess, out row, out _);

    /// <summary>The row of an id and its handle, for a caller that writes to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(in RowView view, long id, ulong hash, int guess, out Row row, out int handle)
    {
        // A guess is of use exactly if its row is of this id: rows are dense, so that every handle below the count is a living row.
        if ((uint)guess < (uint)view.Count)
        {
            row = view[guess];
            handle = guess;
            if (row.Key == id) return true;
        }
        return TryFind(id, hash, out row, out handle);
    }

    /// <summary>To be called before a row is written: a save that wants it as it is gets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeWrite(Row row, int handle) => Cut.BeforeWrite(row, handle);

    /// <summary>To be called when a row was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AfterWrite(int handle) => Rows.Marks.Mark(handle);

    /// <summary>Whether the filter counts an id that has no row.</summary>
    public bool IsPending(long id)
    {
        Filter.Forget();
        return Filter.IsPending(id);
    }

    public bool TryRemove(long id, ulong hash, in ExpiryTime now)
    {
        var handle = Rows.Find(id, hash);
        if (handle == CuckooIndex.NotFound) return false;
        Admission.RequireMixed(id, hash);
        if (Pass.TryReclaim(handle, id, hash)) return false;
        _removal.Remove(handle, id, hash, RemovalCause.Removed, in now);
        Rows.TrimExcess();
        return true;
    }

    /// <summary>Removes all that is known of an id: its row, alive or dead, its count, and what is remembered of it.</summary>
    /// <returns>Whether it had a row.</returns>
    public bool Forget(long id, ulong hash)
    {
        Filter.Forget();
        var handle = Rows.Find(id, hash);
        var hadRow = handle != CuckooIndex.NotFound;
        if (hadRow)
        {
            Admission.RequireMixed(id, hash);
            hadRow = !Pass.IsDead(Rows[handle]);
            _removal.Forget(handle, id, hash);
            Rows.TrimExcess();
        }
        Filter.Remove(id);
        History.Forget(id);
        return hadRow;
    }

    /// <summary>Adds the ids that are wanted of all that the stripe knows by name; some perhaps twice.</summary>
    public void Collect(Predicate<long> isWanted, ICollection<long> ids)
    {
        for (var handle = 0; handle < Rows.Count; handle++)
        {
            if (isWanted(Rows[handle].Key)) ids.Add(Rows[handle].Key);
        }
        Filter.Collect(isWanted, ids);
        History.Collect(isWanted, ids);
    }

    /// <summary>Removes a row that goes at the limit, unless it is gone or was updated since it was chosen.</summary>
    public bool TryEvict(long id, ulong hash, EvictionPolicy policy, RowRank bound, in ExpiryTime now)
    {
        if (!TryFind(id, hash, out var row, out var handle) || _rules.RankOf(policy, row) > bound) return false;
        _removal.Remove(handle, id, hash, RemovalCause.Evicted, in now);
        // At the limit the other stripes need what this one loses: rows of equal scores go by mixed id, and so all from a few stripes.
        Rows.TrimAll();
        return true;
    }

    public void Clear(in ExpiryTime now)
    {
        _removal.Clear(Pass.Current, in now);
        Pass.End();
        Filter.Clear();
    }

    /// <summary>Stamps the next rows that are later than a time with it.</summary>
    /// <inheritdoc cref="StripeTimes.SetBack" path="/param|/returns" />
    public int SetBackTimes(RowCursor cursor, int most, uint eventTime) => _times.SetBack(Pass.Current, cursor, most, eventTime);

    /// <summary>Adds to an explanation what the stripe knows about its id. Changes nothing.</summary>
    public RowExplanation Explain(RowExplanation asked, ulong hash, ExpiryPolicy? expiry)
    {
        Filter.Forget();
        asked = asked with { LastRemoval = History.LastRemoval(asked.Id) };
        if (TryFind(asked.Id, hash, out var row, out _)) return _rules.Explain(asked, row, expiry);
        return asked with
        {
            LastRemoval = Pass.RemovalUnderWay(asked.Id, hash) ?? asked.LastRemoval,
            AdmissionFilter = Filter.Plugin?.Name,
            Admission = Filter.Explain(asked.Id),
        };
    }

    /// <summary>Adds to a forecast what the stripe's sample of lookups says about it.</summary>
    /// <param name="tally">Adds it up.</param>
    /// <param name="goes">Says whether a row would go.</param>
    public void Forecast(ForecastTally tally, Func<Row, bool> goes) =>
        History.Forecast(tally, id => TryFind(id, Rows.HashOf(id), out var row, out _) && goes(row));

    /// <summary>Adds what the stripe holds and what happened to it.</summary>
    public void AddTo(ref StatisticsTally tally)
    {
        Rows.AddTo(ref tally);
        Filter.AddTo(ref tally);
        History.AddTo(ref tally);
        tally.LogBytes += Cut.LogBytes;
    }

    public void Dispose()
    {
        _quota.Release(Rows.Count);
        Rows.Dispose();
        Filter.Dispose();
        History.Dispose();
        Cut.EndLog();
    }

    private bool TryFind(long id, ulong hash, out Row row, out int handle)
    {
        handle = Rows.Find(id, hash);
        row = handle == CuckooIndex.NotFound ? default : Rows[handle];
        return handle != CuckooIndex.NotFound && !Pass.IsDead(row);
    }
}
