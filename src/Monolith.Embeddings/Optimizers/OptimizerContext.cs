namespace Monolith.Embeddings.Optimizers;

/// <summary>What a step of an optimizer may depend on besides the row. Valid during the call alone.</summary>
/// <param name="id">The id that owns the row.</param>
/// <param name="step">The trainer's global step, from 0.</param>
/// <param name="count">How many occurrences in the batch the gradient sums, at least 1.</param>
/// <param name="weightsAtRead">
/// The weights that the gradient was computed at, [dimension]; empty where the caller does not know them.
/// </param>
public readonly ref struct OptimizerContext(long id, long step, int count, ReadOnlySpan<float> weightsAtRead = default)
{
    /// <summary>The id that owns the row; 0 for the weights of a dense model.</summary>
    public long Id { get; } = id;

    /// <summary>The trainer's global step, from 0.</summary>
    public long Step { get; } = step;

    /// <summary>How many occurrences in the batch the gradient sums, at least 1.</summary>
    public int Count { get; } = count;

    /// <summary>
    /// The weights that the gradient was computed at, [dimension]. Empty where the caller does not know them, or the rule does not say that
    /// it <see cref="Optimizer.UsesWeightsAtRead"/>.
    /// </summary>
    public ReadOnlySpan<float> WeightsAtRead { get; } = weightsAtRead;
}
