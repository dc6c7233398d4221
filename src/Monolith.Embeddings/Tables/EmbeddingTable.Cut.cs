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

    /// <summary>From now on removals are logged, for deltas that go on from a number of the change clock. While no verb is under way.</summary>
    internal void LogRemovals(uint completeAfter)
    {
        foreach (var stripe in _stripes) stripe.LogRemovals(completeAfter, _room.MostLogBytes / _stripes.Length);
    }

    /// <summary>Whether the removals after a number are all known. While no verb is under way.</summary>
    internal bool KnowsRemovalsAfter(uint from) => Array.TrueForAll(_stripes, stripe => stripe.KnowsRemovalsAfter(from));

    /// <summary>Begins a save's scan of all stripes. While no verb is under way.</summary>
    internal void BeginScan(IReadOnlyList<CutLane> lanes, uint from, uint to)
    {
        for (var i = 0; i < _stripes.Length; i++) _stripes[i].Begin(new StripeScan(lanes[i], from, to));
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

    /// <summary>Says that the cut of a number is safe.</summary>
    internal void Release(uint upTo)
    {
        for (var i = 0; i < _stripes.Length; i++) InStripe(i, stripe => stripe.Release(upTo));
    }

    /// <summary>Removals are logged no more.</summary>
    internal void EndLog()
    {
        for (var i = 0; i < _stripes.Length; i++) InStripe(i, static stripe => stripe.EndLog());
    }

    private void InStripe(int stripe, Action<Stripe> action) => Locked(_stripes[stripe], action);
}
