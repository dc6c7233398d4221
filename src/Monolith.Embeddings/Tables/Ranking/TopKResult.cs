using System.Diagnostics;

namespace Monolith.Embeddings.Tables;

/// <summary>What a search for the largest scores has found. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Count} of {Rows} rows")]
public readonly struct TopKResult
{
    internal TopKResult(int count, long rows, long nonFiniteRows) => (Count, Rows, NonFiniteRows) = (count, rows, nonFiniteRows);

    /// <summary>
    /// How many places of the results were written, from the first; those behind are as they were. Of a batch: of all queries together.
    /// </summary>
    public int Count { get; }

    /// <summary>How many rows were scored.</summary>
    public long Rows { get; }

    /// <summary>
    /// How many rows were left out because their score is NaN or infinite; of a batch, of all queries together. Also those that the filter
    /// would have left out.
    /// </summary>
    public long NonFiniteRows { get; }

    /// <inheritdoc />
    public override string ToString() => $"{nameof(TopKResult)}: {Count} found in {Rows} rows, {NonFiniteRows} left out";
}
