using System.Collections.Concurrent;

namespace Monolith.Embeddings.Memory;

/// <summary>Keeps objects whose buffers are used again: as many as were in use at one time. Thread-safe.</summary>
/// <param name="create">Makes one where none is idle.</param>
internal sealed class ObjectPool<T>(Func<T> create)
    where T : class
{
    private readonly ConcurrentBag<T> _idle = [];

    /// <summary>An idle one, as it was when it was returned, or a new one.</summary>
    public T Rent() => _idle.TryTake(out var idle) ? idle : create();

    /// <summary>Takes back what is no longer used.</summary>
    public void Return(T item) => _idle.Add(item);
}
