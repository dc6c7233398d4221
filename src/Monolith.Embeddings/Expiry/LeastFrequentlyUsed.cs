namespace Monolith.Embeddings.Expiry;

/// <summary>
/// Rows that learned from the fewest occurrences go first, however long ago these were. Immutable; thread-safe.
/// </summary>
public sealed class LeastFrequentlyUsed : EvictionPolicy
{
    /// <inheritdoc />
    public override string Name => "least-frequently-used";

    /// <inheritdoc />
    public override double Score(in RowMetadata row) => row.Frequency;
}
