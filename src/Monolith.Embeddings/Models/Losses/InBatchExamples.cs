namespace Monolith.Embeddings.Models;

/// <summary>
/// A batch for <see cref="InBatchSoftmax"/>: row i is a user and the item that was chosen. Belongs to the caller; read only.
/// </summary>
public readonly ref struct InBatchExamples
{
    /// <summary>The vectors of the users, [rows, <see cref="Dimension"/>]; finite.</summary>
    public required ReadOnlySpan<float> Users { get; init; }

    /// <summary>The vectors of the items, [rows, <see cref="Dimension"/>]; finite.</summary>
    public required ReadOnlySpan<float> Items { get; init; }

    /// <summary>The length of a vector, at least 1.</summary>
    public required int Dimension { get; init; }

    /// <summary>Which items they are, [rows].</summary>
    public required ReadOnlySpan<long> ItemIds { get; init; }

    /// <summary>
    /// ln Q of each item, [rows]: the logarithm of its share of all positives, finite and at most 0; see
    /// <c>FrequencySketch.EstimateLogQ</c>. Empty (the default) corrects nothing.
    /// </summary>
    public ReadOnlySpan<float> LogQ { get; init; }

    /// <summary>The importance of each row, [rows], finite and not negative; empty (the default) for 1.</summary>
    public ReadOnlySpan<float> Weights { get; init; }
}
