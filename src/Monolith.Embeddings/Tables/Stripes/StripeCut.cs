using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// A stripe's changes, as saves see them: each is numbered, removals are logged, and what a save is to hold is scanned row by row, while
/// what changes before its turn is handed over as it was. The stripe's lock covers it.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="filter">The admission filter; null where there is none.</param>
/// <param name="clock">Numbers the changes.</param>
/// <param name="account">Pays for the log of removals.</param>
internal sealed class StripeCut(StripeRows rows, AdmissionFilter? filter, ChangeClock clock, MemoryAccount account)
{
    private StripeScan? _scan;
    private RemovalLog? _log;
    private uint _filterStamp;

    // The stamps of rows that a scan wants, as first and number of them: one compare for each row that is written, and none is in no range.
    private uint _scanFirst, _scanStamps;

    /// <summary>What a row stores that is written now.</summary>
    public uint Stamp => clock.Now;

    /// <summary>The memory of the removal log.</summary>
    public long LogBytes => _log?.Bytes ?? 0;

    /// <summary>Whether no removal is logged that the next delta has to tell of.</summary>
    public bool HasNoRemoval => _log is null or { IsEmpty: true };

    /// <summary>From now on removals are logged, for deltas that go on from a number of the change clock.</summary>
    public void LogRemovals(uint completeAfter, long mostBytes)
    {
        (_log ??= new RemovalLog(account, mostBytes)).Begin(completeAfter);
        rows.Marks.Begin();
    }

    /// <summary>Says that the cut of a number is safe: what came before it is asked for no more.</summary>
    public void Release(uint upTo)
    {
        _log?.Release(upTo);
        rows.Marks.Release();
    }

    /// <summary>Removals are logged no more.</summary>
    public void EndLog()
    {
        _log?.Dispose();
        _log = null;
        rows.Marks.End();
    }

    /// <summary>Whether the removals after a number are all known.</summary>
    public bool KnowsRemovalsAfter(uint from) => _log is not null && _log.CompleteAfter <= from;

    /// <summary>Gives rows, and all else that has one, one of two numbers, while no verb, pass or scan is under way.</summary>
    /// <param name="cut">What was numbered up to here gets the first.</param>
    /// <param name="upToCut">The first.</param>
    /// <param name="sinceCut">The second.</param>
    public void Renumber(uint cut, uint upToCut, uint sinceCut)
    {
        var store = rows.Store;
        for (var handle = 0; handle < store.Count; handle++)
        {
            store.PrefetchHeader(handle + StripeRows.ScanWindow);
            var row = store[handle];
            row.Stamp = row.Stamp <= cut ? upToCut : sinceCut;
        }
        _filterStamp = _filterStamp <= cut ? upToCut : sinceCut;
        _log?.Renumber(cut, upToCut, sinceCut);
    }

    /// <summary>Begins a scan, while no verb and no pass is under way.</summary>
    public void Begin(StripeScan scan)
    {
        _scan = scan;
        scan.WantsFilter = filter is not null && (scan.From == 0 || _filterStamp > scan.From);
        if (scan.From > 0) scan.Removals = _log!.Between(scan.From, scan.To);
        rows.Marks.Cut();
        rows.Take(scan.Cursor, 0);
        (_scanFirst, _scanStamps) = (scan.From + 1, scan.Cursor.IsOpen ? scan.To - scan.From : 0);
    }

    /// <summary>Hands over the next stretch of the filter's state, where a save wants it.</summary>
    /// <returns>False when the filter has given everything.</returns>
    public bool ScanFilter() => _scan is { } scan && scan.NextOfFilter(filter);

    /// <summary>Hands over the next removals and rows.</summary>
    /// <param name="most">How many of each to look at.</param>
    /// <returns>False when the stripe has given everything.</returns>
    public bool ScanNext(int most)
    {
        if (_scan is not { } scan) return false;
        scan.NextRemovals(_log, most);
        scan.NextRows(rows, most);
        if (!scan.HasAllRows || scan.NextOfFilter(filter)) return true;
        scan.Lane.Complete();
        EndScan();
        return false;
    }

    /// <summary>Ends a scan, finished or not.</summary>
    public void EndScan()
    {
        if (_scan is not { } scan) return;
        scan.EndFilter();
        if (scan.Cursor.IsOpen) rows.RemoveCursor(scan.Cursor);
        (_scan, _scanFirst, _scanStamps) = (null, 0, 0);
    }

    /// <summary>To be called before a row is written: a save that wants it as it is gets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeWrite(Row row, int handle)
    {
        if (row.Stamp - _scanFirst < _scanStamps) HandOverOnce(handle, row);
    }

    /// <summary>To be called before a row is removed.</summary>
    public void BeforeRemoval(int handle)
    {
        var row = rows[handle];
        if (row.Stamp - _scanFirst < _scanStamps) _scan!.AddBeforeChange(handle, row);
        if (_log is not null) Log(row.Key);
    }

    /// <summary>To be called before rows are removed, while no scan is under way.</summary>
    public void BeforeRemovals(ReadOnlySpan<int> handles)
    {
        if (_log is null) return;
        foreach (var handle in handles) Log(rows[handle].Key);
    }

    /// <summary>To be called before all rows are removed.</summary>
    public void BeforeClear()
    {
        for (var handle = 0; handle < rows.Count; handle++) BeforeRemoval(handle);
    }

    /// <summary>To be called before the filter changes: a save that wants it as it is gets it.</summary>
    public void BeforeFilterChange()
    {
        if (_scan is { WantsFilter: true } scan) scan.BeginFilter(filter!);
        _filterStamp = Stamp;
    }

    // The stamp says from now on that the save has it, whether the write succeeds or not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HandOverOnce(int handle, Row row)
    {
        _scan!.AddBeforeChange(handle, row);
        row.Stamp = Stamp;
    }

    private void Log(long id)
    {
        if (_log!.TryAdd(id, Stamp)) return;
        // A delta that is being written gets what it wants of the log before that is forgotten; the next snapshot is a full.
        _scan?.NextRemovals(_log, int.MaxValue);
        _log.Begin(Stamp);
    }
}
