using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    // So few that nobody waits for long, even where rows are large.
    private const int ScanRows = 256;

    /// <summary>Finishes the eviction that is under way, so that what it killed is no part of a cut.</summary>
    internal void FinishEviction() => ReclaimAll();

    /// <summary>Whether an eviction is under way.</summary>
    internal bool IsEvicting => UnfinishedPass() is not null;

    internal void EnterCut() => _gate.EnterExclusive();

    internal void ExitCut() => _gate.ExitExclusive();

    /// <summary>
    /// Cuts: what is written later has a later number. While no verb is under way, and no other cut is on its way to be safe.
    /// </summary>
    internal void Cut()
    {
        _newestCut = _safeCut;
        _newestCut = AdvanceChanges() - 1;
    }

    /// <summary>Cuts before rows are restored, and calls the cut safe: rows as they were restored are no change.</summary>
    internal void CutRestored()
    {
        Cut();
        _safeCut = _newestCut;
        LogRemovals();
    }

    /// <summary>From now on removals are logged, for deltas that go on from the newest cut. While no verb is under way.</summary>
    internal void LogRemovals()
    {
        foreach (var stripe in _stripes) stripe.LogRemovals(_newestCut, _room.MostLogBytes / _stripes.Length);
    }

    /// <summary>Whether the removals after the safe cut are all known. While no verb is under way.</summary>
    internal bool KnowsRemovals => Array.TrueForAll(_stripes, stripe => stripe.KnowsRemovalsAfter(_safeCut));

    /// <summary>Begins a save's scan of all stripes, at the newest cut. While no verb is under way.</summary>
    internal void BeginScan(IReadOnlyList<CutLane> lanes, bool isFull)
    {
        for (var i = 0; i < _stripes.Length; i++) _stripes[i].Begin(new StripeScan(lanes[i], isFull ? 0 : _safeCut, _newestCut));
    }

    /// <summary>Hands over the state of a stripe's filter.</summary>
    internal void ScanFilter(int stripe) => InStripe(stripe, static s => s.ScanFilter());

    /// <summary>Hands over the next rows and removals of a stripe.</summary>
    /// <returns>False when it has given everything.</returns>
    internal bool ScanNext(int stripe)
    {
        var hasMore = false;
        InStripe(stripe, s => hasMore = s.ScanNext(ScanRows));
        return hasMore;
    }

    /// <summary>Ends the scans of all stripes, finished or not.</summary>
    internal void EndScan()
    {
        for (var i = 0; i < _stripes.Length; i++) InStripe(i, static stripe => stripe.EndScan());
    }

    /// <summary>Says that the newest cut is safe.</summary>
    internal void Release()
    {
        _gate.EnterShared();
        try
        {
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) stripe.Release(_newestCut);
            }
            _safeCut = _newestCut;
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    /// <summary>The changes are followed no more.</summary>
    internal void EndLog()
    {
        _gate.EnterShared();
        try
        {
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) stripe.EndLog();
            }
            _safeCut = _newestCut = 0;
        }
        finally
        {
            _gate.ExitShared();
        }
    }

    private void InStripe(int stripe, Action<Stripe> action) => Locked(_stripes[stripe], action);
}
