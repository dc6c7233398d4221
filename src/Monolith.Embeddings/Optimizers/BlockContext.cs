namespace Monolith.Embeddings.Optimizers;

/// <summary>What the steps of rows that are updated together may depend on besides the rows. Valid during the call alone.</summary>
/// <param name="step">The trainer's global step, from 0; one for all rows.</param>
/// <param name="ids">The ids that own the rows, [n]; empty where there are none, which counts as 0.</param>
/// <param name="counts">How many occurrences in the batch each gradient sums, [n], each at least 1; empty for 1 everywhere.</param>
public readonly ref struct BlockContext(long step, ReadOnlySpan<long> ids = default, ReadOnlySpan<int> counts = default)
{
    /// <summary>The trainer's global step, from 0.</summary>
    public long Step { get; } = step;

    /// <summary>The ids that own the rows, [n]; empty where there are none.</summary>
    public ReadOnlySpan<long> Ids { get; } = ids;

    /// <summary>How many occurrences in the batch each gradient sums, [n]; empty for 1 everywhere.</summary>
    public ReadOnlySpan<int> Counts { get; } = counts;

    internal OptimizerContext Of(int row, ReadOnlySpan<float> weightsAtRead) =>
        new(Ids.IsEmpty ? 0 : Ids[row], Step, Counts.IsEmpty ? 1 : Counts[row], weightsAtRead);

    internal BlockContext Slice(int start, int length) =>
        new(Step, Ids.IsEmpty ? Ids : Ids.Slice(start, length), Counts.IsEmpty ? Counts : Counts.Slice(start, length));
}
