namespace Monolith.Embeddings.Optimizers;

/// <summary>What an <see cref="OptimizerContext"/> says in numbers: fit to be kept, one for each row of a block.</summary>
/// <param name="Id">The id that owns the row.</param>
/// <param name="Step">The global step.</param>
/// <param name="Count">How many occurrences the gradient sums.</param>
internal readonly record struct RowStep(long Id, long Step, int Count);
