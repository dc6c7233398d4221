namespace Monolith.Embeddings.Diagnostics;

/// <summary>What metrics are read of: parts that are neither removed nor forgotten. Holds none of them alive. Thread-safe.</summary>
internal sealed class LivingParts<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<T>> _parts = [];

    public void Add(T part)
    {
        lock (_lock)
        {
            RemoveAll(removed: null);
            _parts.Add(new WeakReference<T>(part));
        }
    }

    public void Remove(T part)
    {
        lock (_lock) RemoveAll(part);
    }

    public IReadOnlyList<T> All()
    {
        var living = new List<T>();
        lock (_lock)
        {
            foreach (var reference in _parts)
            {
                if (reference.TryGetTarget(out var part)) living.Add(part);
            }
        }
        return living;
    }

    private void RemoveAll(T? removed) =>
        _parts.RemoveAll(reference => !reference.TryGetTarget(out var part) || part == removed);
}
