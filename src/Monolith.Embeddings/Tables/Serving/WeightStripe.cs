using Monolith.Embeddings.Indexing;

namespace Monolith.Embeddings.Tables.Serving;

/// <summary>An independently locked part of a <see cref="WeightTable"/>. Its rows need the lock; hints of their buckets do not.</summary>
internal sealed class WeightStripe(CuckooRows rows) : IDisposable
{
    public Lock Lock { get; } = new();

    public CuckooRows Rows { get; } = rows;

    public void Dispose() => Rows.Dispose();
}
