using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Keeps the buffers of batches that were disposed, so that a stream of any length needs as many batches as are held at one time.
/// Thread-safe.
/// </summary>
public sealed class ExampleBatchPool
{
    private readonly ObjectPool<ExampleBatch> _batches;

    /// <summary>Creates the pool.</summary>
    /// <param name="schema">The schema of all its batches.</param>
    public ExampleBatchPool(FeatureSchema schema) => _batches = new(() => new ExampleBatch(schema, this));

    /// <summary>An empty batch. It belongs to the caller until <see cref="ExampleBatch.Dispose"/>.</summary>
    public ExampleBatch Rent()
    {
        var batch = _batches.Rent();
        batch.MarkRented();
        return batch;
    }

    internal void Return(ExampleBatch batch) => _batches.Return(batch);
}
