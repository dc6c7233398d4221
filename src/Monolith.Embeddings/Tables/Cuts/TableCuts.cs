using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables.Cuts;

/// <summary>
/// The moments of a table: its changes are numbered, so that saves and passes can tell what came before a moment from what came later, and
/// a save scans the stripes at one. Thread-safe as each member says.
/// </summary>
/// <param name="stripes">The stripes.</param>
/// <param name="changes">Counts the moments.</param>
/// <param name="mostLogBytes">How much memory the logs of removals may take, all together.</param>
internal sealed class TableCuts(TableStripes stripes, ChangeClock changes, long mostLogBytes)
{
    // So few that no thread waits for long, even where rows are large.
    private const int ScanRows = 256;

    // Rows need to be told apart by the newest cut that is safe, by one whose commit is under way, and by the pass under way. All that
    // begins a moment holds the gate alone; where there is no pass then and no such commit, two numbers say it all, and the clock can start
    // again.
    private const uint UpToSafeCut = 1, SinceSafeCut = 2;

    // The number of the newest cut whose commit is safe, and of the newest one; 0 before the first. Behind the gate.
    private uint _safeCut, _newestCut;

    // Rankings whose numbers a pass that is about to begin goes by.
    private int _rankings;

    /// <summary>Counts the moments of this table.</summary>
    public ChangeClock Changes => changes;

    /// <summary>The number of the newest cut whose commit is safe; 0 before the first.</summary>
    public uint SafeCut => _safeCut;

    /// <summary>Whether the removals after the safe cut are all known. While no verb is under way.</summary>
    public bool KnowsRemovals => Array.TrueForAll(stripes.All, stripe => stripe.Cut.KnowsRemovalsAfter(_safeCut));

    /// <summary>Begins a moment. While the gate is held alone.</summary>
    /// <param name="isPassUnderWay">Whether the numbers must stay what they are, because rows are told apart by them.</param>
    /// <returns>Its number.</returns>
    public uint Advance(bool isPassUnderWay)
    {
        if (changes.IsRunningOut && !isPassUnderWay && _safeCut == _newestCut && Volatile.Read(ref _rankings) == 0) Renumber();
        return changes.Advance();
    }

    /// <summary>Begins a ranking: its number stays what it is until <see cref="EndRanking"/>. While the gate is held alone.</summary>
    public uint BeginRanking(bool isPassUnderWay)
    {
        var stamp = Advance(isPassUnderWay);
        Interlocked.Increment(ref _rankings);
        return stamp;
    }

    public void EndRanking() => Interlocked.Decrement(ref _rankings);

    /// <summary>
    /// Cuts: what is written later has a later number. While no verb and no pass is under way, and no other cut is about to become safe.
    /// </summary>
    public void Cut()
    {
        _newestCut = _safeCut;
        _newestCut = Advance(isPassUnderWay: false) - 1;
    }

    /// <summary>Cuts before rows are restored, and calls the cut safe: rows as they were restored are no change.</summary>
    public void CutRestored()
    {
        Cut();
        _safeCut = _newestCut;
        LogRemovals();
    }

    /// <summary>From now on removals are logged, for deltas that go on from the newest cut. While no verb is under way.</summary>
    public void LogRemovals()
    {
        foreach (var stripe in stripes.All) stripe.Cut.LogRemovals(_newestCut, mostLogBytes / stripes.Count);
    }

    /// <summary>Begins a save's scan of all stripes, at the newest cut. While no verb is under way.</summary>
    public void BeginScan(IReadOnlyList<CutLane> lanes, bool isFull)
    {
        for (var i = 0; i < stripes.Count; i++) stripes[i].Cut.Begin(new StripeScan(lanes[i], isFull ? 0 : _safeCut, _newestCut));
    }

    /// <summary>Hands over the next stretch of what a stripe's filter remembers.</summary>
    /// <returns>False when it has given everything.</returns>
    public bool ScanFilter(int stripe)
    {
        var hasMore = false;
        stripes.InLock(stripes[stripe], s => hasMore = s.Cut.ScanFilter());
        return hasMore;
    }

    /// <summary>Hands over the next rows and removals of a stripe.</summary>
    /// <returns>False when it has given everything.</returns>
    public bool ScanNext(int stripe)
    {
        var hasMore = false;
        stripes.InLock(stripes[stripe], s => hasMore = s.Cut.ScanNext(ScanRows));
        return hasMore;
    }

    /// <summary>Ends the scans of all stripes, finished or not.</summary>
    public void EndScan()
    {
        foreach (var stripe in stripes.All) stripes.InLock(stripe, static s => s.Cut.EndScan());
    }

    /// <summary>Says that the newest cut is safe.</summary>
    public void Release() => stripes.InEachLock(stripe => stripe.Cut.Release(_newestCut), () => _safeCut = _newestCut);

    /// <summary>The changes are followed no more.</summary>
    public void EndLog() => stripes.InEachLock(static stripe => stripe.Cut.EndLog(), () => _safeCut = _newestCut = 0);

    // A walk over the headers of all rows, once in two thousand million moments.
    private void Renumber()
    {
        foreach (var stripe in stripes.All)
        {
            lock (stripe.Lock) stripe.Cut.Renumber(_safeCut, UpToSafeCut, SinceSafeCut);
        }
        if (_safeCut > 0) _safeCut = _newestCut = UpToSafeCut;
        changes.GoOnFrom(SinceSafeCut);
    }
}
