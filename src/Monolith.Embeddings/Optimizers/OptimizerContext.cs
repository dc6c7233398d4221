namespace Monolith.Embeddings.Optimizers;

/// <summary>What a step of an optimizer may depend on besides the row.</summary>
/// <param name="Id">The id that owns the row.</param>
/// <param name="Step">The trainer's global step, from 0.</param>
/// <param name="Count">How many occurrences in the batch the gradient sums, at least 1.</param>
public readonly record struct OptimizerContext(long Id, long Step, int Count);
