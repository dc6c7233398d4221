using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    private DeltaTracker? _tracker;
    private TableClaim? _claim;
    private RemovalAudit? _audit;

    /// <summary>The number of the newest cut; 0 while no chain follows the changes.</summary>
    internal ulong NewestCut => Volatile.Read(ref _tracker)?.NewestCut ?? 0;

    /// <summary>What loads the tables now; null while nothing does.</summary>
    internal ref TableClaim? Claim => ref _claim;

    /// <summary>What is told of each removal; null for nothing.</summary>
    internal RemovalAudit? Audit => Volatile.Read(ref _audit);

    /// <summary>Tells an audit of each removal from now on.</summary>
    internal void BeginAudit(RemovalAudit audit)
    {
        Volatile.Write(ref _audit, audit);
        foreach (var table in _tables) table.AuditTo(audit);
    }

    /// <summary>Tells it of none any more, unless another one has taken its place.</summary>
    internal void EndAudit(RemovalAudit audit)
    {
        if (Interlocked.CompareExchange(ref _audit, null, audit) != audit) return;
        foreach (var table in _tables)
        {
            try
            {
                table.AuditTo(null);
            }
            catch (ObjectDisposedException)
            {
                // Nothing is removed from it any more.
            }
        }
    }

    /// <summary>Follows the changes of the tables from now on. One follower at a time.</summary>
    /// <exception cref="InvalidOperationException">Another tracker follows them already.</exception>
    internal DeltaTracker Track()
    {
        var tracker = new DeltaTracker(this);
        return Interlocked.CompareExchange(ref _tracker, tracker, null) is null
            ? tracker
            : throw new InvalidOperationException(
                "Another snapshot chain saves these tables already: one at a time. Dispose the other one first.");
    }

    /// <summary>Cuts before rows are restored, and calls the cut safe: these are no change, and what others do meanwhile is one.</summary>
    internal void CutRestored() => AtCut(() => Array.ForEach(_tables, table => table.CutRestored()));

    internal void EndTracking(DeltaTracker tracker)
    {
        if (Interlocked.CompareExchange(ref _tracker, null, tracker) != tracker) return;
        foreach (var table in _tables)
        {
            try
            {
                table.EndLog();
            }
            catch (ObjectDisposedException)
            {
                // Its logs are gone.
            }
        }
    }

    /// <summary>
    /// Runs something at a moment at which no verb and no eviction of any table is under way; verbs that begin meanwhile wait.
    /// </summary>
    internal void AtCut(Action action)
    {
        while (true)
        {
            foreach (var table in _tables) table.FinishEviction();
            var entered = 0;
            try
            {
                for (; entered < _tables.Length; entered++) _tables[entered].EnterCut();
                if (Array.Exists(_tables, table => table.IsEvicting)) continue;
                action();
                return;
            }
            finally
            {
                while (entered > 0) _tables[--entered].ExitCut();
            }
        }
    }
}
