using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>What a save has still to get from a stripe: the state at its cut. The stripe's lock covers it.</summary>
/// <param name="lane">Where it goes.</param>
/// <param name="from">Rows that were last written under this number of the change clock or before are left out; 0 for all rows.</param>
/// <param name="to">The number of the cut: what is written later is no part of it.</param>
internal sealed class StripeScan(CutLane lane, uint from, uint to)
{
    private FilterSave? _filter;

    public CutLane Lane => lane;

    /// <summary>How far it has come, from the last row of the cut down.</summary>
    public RowCursor Cursor { get; } = new();

    /// <summary>Whether the admission filter's state is wanted, and none of it was handed over yet.</summary>
    public bool WantsFilter { get; set; }

    /// <summary>How many removals of the log are still to come.</summary>
    public RemovalRange Removals { get; set; }

    public uint From => from;

    public uint To => to;

    /// <summary>Whether rows and removals are done.</summary>
    public bool HasAllRows => !Cursor.IsOpen && Removals.IsEmpty;

    /// <summary>From now on the filter hands over what it remembers before it changes.</summary>
    public void BeginFilter(AdmissionFilter filter)
    {
        WantsFilter = false;
        lane.BeginFilter();
        try
        {
            _filter = filter.BeginSave(lane);
        }
        catch (Exception cause)
        {
            // The thread that trains did not ask for it.
            lane.Fail(cause);
        }
        if (_filter is null) lane.EndFilter();
    }

    /// <summary>Hands over the next stretch of the filter's state, where that is wanted.</summary>
    /// <returns>False when all of it was handed over.</returns>
    public bool NextOfFilter(AdmissionFilter? filter)
    {
        if (WantsFilter) BeginFilter(filter!);
        if (_filter is null) return false;
        if (_filter.WriteNext()) return true;
        EndFilter();
        return false;
    }

    /// <summary>The filter hands over nothing more.</summary>
    public void EndFilter()
    {
        if (_filter is null) return;
        _filter.Dispose();
        _filter = null;
        lane.EndFilter();
    }

    /// <summary>Hands over the next removals.</summary>
    /// <param name="log">Holds them; null where the changes are followed no more.</param>
    /// <param name="most">How many.</param>
    public void NextRemovals(RemovalLog? log, int most)
    {
        if (Removals.IsEmpty) return;
        if (log is null) throw new InvalidOperationException("The changes are followed no more; they were being saved.");
        var (next, end) = (Removals.Next, Math.Min(Removals.End, Removals.Next + most));
        for (; next < end; next++) lane.AddRemoval(log.IdAt(next));
        Removals = Removals with { Next = next };
    }

    /// <summary>Hands over the next rows.</summary>
    /// <param name="rows">The rows of the stripe.</param>
    /// <param name="most">How many to look at.</param>
    public void NextRows(StripeRows rows, int most)
    {
        if (!Cursor.IsOpen) return;
        var end = Cursor.Position;
        var start = end - rows.Take(Cursor, most);
        if (from == 0) AddAll(rows.Store, start, end, most);
        else AddMarked(rows.Store, rows.Marks.UpToCut!, start, end);
    }

    /// <summary>Hands over a row that is about to change, unless it was handed over before.</summary>
    public void AddBeforeChange(int handle, Row row)
    {
        // Rows from the cursor up were scanned before.
        if (handle < Cursor.Position) lane.AddRow(row);
    }

    private void AddAll(RowStore rows, int start, int end, int most)
    {
        for (var handle = start; handle < end; handle++)
        {
            // Behind the last of these rows come the first of the next, which stand below.
            var ahead = handle + StripeRows.ScanWindow;
            rows.Prefetch(ahead < end ? ahead : Math.Max(0, start - most) + ahead - end, rows.RowBytes);
            AddIfIncluded(rows[handle]);
        }
    }

    private void AddMarked(RowStore rows, ChangedRows marks, int start, int end)
    {
        for (var handle = start; handle < end; handle++)
        {
            if (!marks.IsMarked(handle))
            {
                handle = ChangedRows.LastOfRun(handle);
                continue;
            }
            if (marks.IsMarked(handle + StripeRows.ScanWindow)) rows.PrefetchHeader(handle + StripeRows.ScanWindow);
            AddIfIncluded(rows[handle]);
        }
    }

    private void AddIfIncluded(Row row)
    {
        if (row.Stamp > from && row.Stamp <= to) lane.AddRow(row);
    }
}
