using System.Runtime.InteropServices;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Evicts the rows of the lowest ranks of a table that is full. One pass at a time. Thread-safe.</summary>
/// <param name="table">The name of the table, for messages.</param>
/// <param name="policy">Scores rows.</param>
/// <param name="rules">The table's rules.</param>
/// <param name="resources">What the limit leaves the table.</param>
/// <param name="stripes">The stripes.</param>
/// <param name="runner">Runs the removals.</param>
/// <param name="expiry">What it has killed goes first.</param>
/// <param name="clock">The time.</param>
internal sealed class LimitEviction(
    string table, EvictionPolicy policy, TableRules rules, TableResources resources, TableStripes stripes, BatchRunner runner,
    ExpiryEviction expiry,
    TableClock clock)
{
    private const int PassShare = 64;
    private const int MostPassRows = 1 << 26;

    /// <summary>Stands between passes and the chunks of batches that counted their ids.</summary>
    public PassGate Gate { get; } = new();

    /// <summary>How many rows a pass removes: one in 64 of those that fit.</summary>
    public int PassRows => RowsOfPass(stripes.Rows + resources.Rows.Free);

    /// <summary>How many rows a pass removes of a table in which the given number fit.</summary>
    public static int RowsOfPass(long fit) => (int)Math.Clamp(fit / PassShare, 1, MostPassRows);

    /// <summary>
    /// Evicts until this many rows are reserved; gives up where the table has no row of its own left, because others of the set have them
    /// all.
    /// </summary>
    public void MakeRoom(int rows, BatchReservation reservation)
    {
        Gate.EnterExclusive();
        try
        {
            // The thread that held the gate before may have made the room.
            while (!reservation.TryReserveRows(rows) && stripes.Rows > 0)
            {
                if (!expiry.Finish()) EvictOnce();
            }
        }
        finally
        {
            Gate.ExitExclusive();
        }
    }

    /// <summary>Finds the rows that a pass would remove.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to rank the rows in.</exception>
    public WorstRows Collect(CancellationToken cancellationToken = default)
    {
        var worst = new WorstRows(PassRows, resources.Account);
        try
        {
            var slice = new CollectSlice(rules, policy, worst);
            stripes.ForEachSlice(ref slice, cancellationToken);
            return worst;
        }
        catch
        {
            worst.Dispose();
            throw;
        }
    }

    /// <summary>Adds the ranks of all rows to a histogram.</summary>
    public void CountRanks(RankHistogram histogram) =>
        stripes.ForEachRow(row => histogram.Add(rules.RankOf(policy, row)), CancellationToken.None);

    /// <summary>Removes the rows whose rank is below a bound that was found over all ranges.</summary>
    public void EvictBelow(UInt128 bound, ExpiryTime now)
    {
        expiry.Finish();
        if (bound == 0) return;
        var (last, found) = (RowRank.FromNumber(bound - 1), new List<long>());
        stripes.ForEachRow(row =>
        {
            if (!(rules.RankOf(policy, row) > last)) found.Add(row.Key);
        }, CancellationToken.None);
        Remove(CollectionsMarshal.AsSpan(found), last, now);
    }

    // One pass: finds the rows of the lowest ranks in the whole table, and removes them.
    private void EvictOnce()
    {
        try
        {
            using var worst = Collect();
            Remove(worst.SelectIds(), worst.Bound, clock.Now());
        }
        catch (Exception cause) when (cause is not ObjectDisposedException and not BatchInterruptedException)
        {
            throw new BatchInterruptedException(table, 0, 0, cause);
        }
    }

    private void Remove(ReadOnlySpan<long> ids, RowRank bound, ExpiryTime now)
    {
        var verb = new EvictVerb(policy, bound, now);
        for (var start = 0; start < ids.Length; start += TableStripes.MostSliceRows)
        {
            verb.Ids = ids.Slice(start, Math.Min(TableStripes.MostSliceRows, ids.Length - start));
            runner.Run(verb.Ids, RowLayout.HeaderBytes, ref verb);
        }
    }
}
