using System.Runtime.CompilerServices;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>A save's side of a stripe: what it is to hold is scanned row by row, and what changes before its turn is handed over as it was.</summary>
internal sealed partial class Stripe
{
    private StripeScan? _scan;
    private RemovalLog? _log;
    private uint _filterStamp;

    // Since the last cut; and those up to it, until its commit is safe.
    private ChangedRows? _changed, _scanned;

    // The stamps of rows that a scan wants, as first and number of them: one compare for each row that is written, and none is in no range.
    private uint _scanFirst, _scanStamps;

    /// <summary>The memory of the removal log.</summary>
    public long LogBytes => _log?.Bytes ?? 0;

    /// <summary>From now on removals are logged, for deltas that go on from a number of the change clock.</summary>
    public void LogRemovals(uint completeAfter, long mostBytes)
    {
        (_log ??= new RemovalLog(_room.Account, mostBytes)).Begin(completeAfter);
        (_changed, _scanned) = (new ChangedRows(), null);
    }

    /// <summary>Says that the cut of a number is safe: what came before it is asked for no more.</summary>
    public void Release(uint upTo)
    {
        _log?.Release(upTo);
        _scanned = null;
    }

    /// <summary>Removals are logged no more.</summary>
    public void EndLog()
    {
        _log?.Dispose();
        (_log, _changed, _scanned) = (null, null, null);
    }

    /// <summary>Whether the removals after a number are all known.</summary>
    public bool KnowsRemovalsAfter(uint from) => _log is not null && _log.CompleteAfter <= from;

    /// <summary>Gives rows, and all else that has one, one of two numbers, while no verb, pass or scan is under way.</summary>
    /// <param name="cut">What was numbered up to here gets the first.</param>
    /// <param name="upToCut">The first.</param>
    /// <param name="sinceCut">The second.</param>
    public void Renumber(uint cut, uint upToCut, uint sinceCut)
    {
        for (var handle = 0; handle < _rows.Count; handle++)
        {
            _rows.PrefetchHeader(handle + ScanWindow);
            var row = _rows[handle];
            row.Stamp = row.Stamp <= cut ? upToCut : sinceCut;
        }
        _filterStamp = _filterStamp <= cut ? upToCut : sinceCut;
        _log?.Renumber(cut, upToCut, sinceCut);
    }

    /// <summary>Begins a scan, while no verb and no pass is under way.</summary>
    public void Begin(StripeScan scan)
    {
        _scan = scan;
        scan.WantsFilter = _filter is not null && (scan.From == 0 || _filterStamp > scan.From);
        if (scan.From > 0) scan.Removals = _log!.Between(scan.From, scan.To);
        // The scan before failed where its marks are still there.
        if (_scanned is not null) _changed!.Add(_scanned);
        (_scanned, _changed) = (_changed, new ChangedRows());
        TakeRows(scan.Cursor, 0);
        (_scanFirst, _scanStamps) = (scan.From + 1, scan.Cursor.IsOpen ? scan.To - scan.From : 0);
    }

    /// <summary>Hands over the filter's state, if it is wanted and was not handed over before.</summary>
    public void ScanFilter()
    {
        if (_scan is not { WantsFilter: true } scan) return;
        scan.WantsFilter = false;
        scan.Lane.BeginFilter();
        try
        {
            _filter!.Save(scan.Lane);
        }
        catch (Exception cause)
        {
            // Whoever trains did not ask for it.
            scan.Lane.Fail(cause);
        }
    }

    /// <summary>Hands over the next removals and rows.</summary>
    /// <param name="most">How many of each to look at.</param>
    /// <returns>False when the stripe has given everything.</returns>
    public bool ScanNext(int most)
    {
        if (_scan is not { } scan) return false;
        ScanRemovals(scan, most);
        ScanRows(scan, most);
        if (scan.Cursor.IsOpen || !scan.Removals.IsEmpty) return true;
        ScanFilter();
        scan.Lane.Complete();
        EndScan();
        return false;
    }

    /// <summary>Ends a scan, finished or not.</summary>
    public void EndScan()
    {
        if (_scan is not { } scan) return;
        if (scan.Cursor.IsOpen) _cursors.Remove(scan.Cursor);
        (_scan, _scanFirst, _scanStamps) = (null, 0, 0);
    }

    /// <summary>To be called when a row was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Changed(int handle) => _changed?.Mark(handle);

    /// <summary>To be called before a row is written: a save that wants it as it is gets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeWrite(Row row, int handle)
    {
        if (row.Stamp - _scanFirst < _scanStamps) PreserveOnce(handle, row);
    }

    // The stamp says from now on that the save has it, whether the write succeeds or not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PreserveOnce(int handle, Row row)
    {
        Preserve(handle, row);
        row.Stamp = Stamp;
    }

    private void Preserve(int handle, Row row)
    {
        // Rows from the cursor up were scanned before.
        if (handle < _scan!.Cursor.Position) _scan.Lane.AddRow(row);
    }

    private void BeforeRemoval(int handle)
    {
        var row = _rows[handle];
        if (row.Stamp - _scanFirst < _scanStamps) Preserve(handle, row);
        if (_log is not null) Log(row.Key);
    }

    private void Log(long id)
    {
        if (_log!.TryAdd(id, Stamp)) return;
        // A delta that is being written gets what it wants of the log before that is forgotten; the next snapshot is a full.
        if (_scan is { } scan) ScanRemovals(scan, int.MaxValue);
        _log.Begin(Stamp);
    }

    private void BeforeClear()
    {
        for (var handle = 0; handle < _rows.Count; handle++) BeforeRemoval(handle);
    }

    /// <summary>The filter, which is about to change: a save that wants it as it is gets it.</summary>
    private void BeforeFilterChange()
    {
        if (_scan is { WantsFilter: true }) ScanFilter();
        _filterStamp = Stamp;
    }

    private void ScanRemovals(StripeScan scan, int most)
    {
        if (scan.Removals.IsEmpty) return;
        var log = _log ?? throw new InvalidOperationException("The changes are followed no more; they were being saved.");
        var (next, end) = (scan.Removals.Next, Math.Min(scan.Removals.End, scan.Removals.Next + most));
        for (; next < end; next++) scan.Lane.AddRemoval(log.IdAt(next));
        scan.Removals = scan.Removals with { Next = next };
    }

    private void ScanRows(StripeScan scan, int most)
    {
        if (!scan.Cursor.IsOpen) return;
        var end = scan.Cursor.Position;
        var start = end - TakeRows(scan.Cursor, most);
        if (scan.From == 0) ScanAll(scan, start, end, most);
        else ScanMarked(scan, _scanned!, start, end);
    }

    private void ScanAll(StripeScan scan, int start, int end, int most)
    {
        for (var handle = start; handle < end; handle++)
        {
            // Behind the last of these rows come the first of the next, which stand below.
            var ahead = handle + ScanWindow;
            _rows.Prefetch(ahead < end ? ahead : Math.Max(0, start - most) + ahead - end, _rules.Layout.RowBytes);
            var row = _rows[handle];
            if (scan.Includes(row.Stamp)) scan.Lane.AddRow(row);
        }
    }

    private void ScanMarked(StripeScan scan, ChangedRows marks, int start, int end)
    {
        for (var handle = start; handle < end; handle++)
        {
            if (!marks.IsMarked(handle))
            {
                handle = ChangedRows.LastOfRun(handle);
                continue;
            }
            if (marks.IsMarked(handle + ScanWindow)) _rows.PrefetchHeader(handle + ScanWindow);
            var row = _rows[handle];
            if (scan.Includes(row.Stamp)) scan.Lane.AddRow(row);
        }
    }
}
