namespace Monolith.Embeddings.Models;

/// <summary>
/// A batch for <see cref="SampledSoftmax"/>: row i is a user, the item that was chosen, and items that were drawn as negatives of this row.
/// Belongs to the caller; read only.
/// </summary>
public readonly ref struct SampledSoftmaxExamples
{
    /// <summary>The vectors of the users, [rows, <see cref="Dimension"/>]; finite.</summary>
    public required ReadOnlySpan<float> Users { get; init; }

    /// <summary>The vectors of the positive items, [rows, <see cref="Dimension"/>]; finite.</summary>
    public required ReadOnlySpan<float> Positives { get; init; }

    /// <summary>The vectors of the negative items, [rows, <see cref="NegativeCount"/>, <see cref="Dimension"/>]; finite.</summary>
    public required ReadOnlySpan<float> Negatives { get; init; }

    /// <summary>The length of a vector, at least 1.</summary>
    public required int Dimension { get; init; }

    /// <summary>How many negatives a row has, k: at least 1.</summary>
    public required int NegativeCount { get; init; }

    /// <summary>Which items were chosen, [rows].</summary>
    public required ReadOnlySpan<long> PositiveIds { get; init; }

    /// <summary>Which items were drawn, [rows, <see cref="NegativeCount"/>]. One that is the row's positive does not count.</summary>
    public required ReadOnlySpan<long> NegativeIds { get; init; }

    /// <summary>
    /// ln Q of each negative, [rows, <see cref="NegativeCount"/>]: the logarithm of the probability with which one draw gives it, finite.
    /// Empty (the default) corrects nothing.
    /// </summary>
    public ReadOnlySpan<float> NegativeLogQ { get; init; }

    /// <summary>
    /// ln Q of each positive, [rows]; for <see cref="SoftmaxCorrection.AllLogits"/>, beside <see cref="NegativeLogQ"/>. Empty otherwise.
    /// </summary>
    public ReadOnlySpan<float> PositiveLogQ { get; init; }

    /// <summary>The importance of each row, [rows], finite and not negative; empty (the default) for 1.</summary>
    public ReadOnlySpan<float> Weights { get; init; }
}
