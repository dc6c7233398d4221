namespace Monolith.Embeddings.Tables.Observing;

/// <summary>The statistics of the tables that are neither disposed nor forgotten. Holds no table alive. Thread-safe.</summary>
internal sealed class LivingTables
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<CollectedStatistics>> _tables = [];

    public void Add(CollectedStatistics table)
    {
        lock (_lock)
        {
            RemoveAll(disposed: null);
            _tables.Add(new WeakReference<CollectedStatistics>(table));
        }
    }

    public void Remove(CollectedStatistics table)
    {
        lock (_lock) RemoveAll(table);
    }

    public IReadOnlyList<CollectedStatistics> All()
    {
        var living = new List<CollectedStatistics>();
        lock (_lock)
        {
            foreach (var reference in _tables)
            {
                if (reference.TryGetTarget(out var table)) living.Add(table);
            }
        }
        return living;
    }

    private void RemoveAll(CollectedStatistics? disposed) =>
        _tables.RemoveAll(reference => !reference.TryGetTarget(out var table) || table == disposed);
}
