namespace Monolith.Embeddings.Tables.Observing;

/// <summary>The tables that are neither disposed nor forgotten. Holds none of them alive. Thread-safe.</summary>
internal sealed class LivingTables
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<EmbeddingTable>> _tables = [];

    public void Add(EmbeddingTable table)
    {
        lock (_lock)
        {
            RemoveAll(disposed: null);
            _tables.Add(new WeakReference<EmbeddingTable>(table));
        }
    }

    public void Remove(EmbeddingTable table)
    {
        lock (_lock) RemoveAll(table);
    }

    public IReadOnlyList<EmbeddingTable> All()
    {
        var living = new List<EmbeddingTable>();
        lock (_lock)
        {
            foreach (var reference in _tables)
            {
                if (reference.TryGetTarget(out var table)) living.Add(table);
            }
        }
        return living;
    }

    private void RemoveAll(EmbeddingTable? disposed) =>
        _tables.RemoveAll(reference => !reference.TryGetTarget(out var table) || table == disposed);
}
