namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    private DeltaTracker? _tracker;

    /// <summary>The number of the newest cut; 0 while no chain follows the changes.</summary>
    internal ulong NewestCut => Volatile.Read(ref _tracker)?.NewestCut ?? 0;

    /// <summary>Follows the changes of the tables from now on, or from a cut that they were restored to. One follower at a time.</summary>
    /// <param name="restored">The number of that cut; 0 where the tables were not restored.</param>
    /// <exception cref="InvalidOperationException">Somebody follows them already.</exception>
    internal DeltaTracker Track(ulong restored)
    {
        var tracker = new DeltaTracker(this, restored);
        if (Interlocked.CompareExchange(ref _tracker, tracker, null) is not null)
            throw new InvalidOperationException("Somebody else saves these tables already: one snapshot chain at a time. Dispose the other one first.");
        try
        {
            if (restored > 0) AtCut(() => Array.ForEach(_tables, table => table.CutRestored()));
            return tracker;
        }
        catch
        {
            Volatile.Write(ref _tracker, null);
            throw;
        }
    }

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

    /// <summary>Runs something at a moment at which no verb and no eviction of any table is under way; verbs that begin meanwhile wait.</summary>
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
