using System.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Some rows as they were at one moment, copied. The spans are valid until the enumeration's next <see cref="RowEnumerator.MoveNext"/>.
/// </summary>
[DebuggerDisplay("{Count} rows")]
public readonly ref struct RowChunk
{
    internal RowChunk(ReadOnlySpan<long> ids, ReadOnlySpan<float> weights, ReadOnlySpan<long> lastUpdatesMilliseconds)
    {
        Ids = ids;
        Weights = weights;
        LastUpdatesMilliseconds = lastUpdatesMilliseconds;
    }

    /// <summary>How many rows, n.</summary>
    public int Count => Ids.Length;

    /// <summary>The ids that own the rows, [n].</summary>
    public ReadOnlySpan<long> Ids { get; }

    /// <summary>Their weights, [n, <see cref="EmbeddingTable.Dimension"/>].</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>
    /// The newest event times that changed them, [n], whole seconds in milliseconds since the Unix epoch; 0 where the table knew none yet.
    /// </summary>
    public ReadOnlySpan<long> LastUpdatesMilliseconds { get; }
}
