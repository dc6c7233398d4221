using System.Collections.Concurrent;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Keeps the buffers of batches that were disposed, so that a stream of any length needs as many batches as are held at one time.
/// Thread-safe.
/// </summary>
/// <param name="schema">The schema of all its batches.</param>
public sealed class ExampleBatchPool(FeatureSchema schema)
{
    private readonly ConcurrentBag<ExampleBatch> _idle = [];

    /// <summary>An empty batch. It belongs to the caller until <see cref="ExampleBatch.Dispose"/>.</summary>
    public ExampleBatch Rent()
    {
        var batch = _idle.TryTake(out var idle) ? idle : new ExampleBatch(schema, this);
        batch.MarkRented();
        return batch;
    }

    internal void Return(ExampleBatch batch) => _idle.Add(batch);
}
