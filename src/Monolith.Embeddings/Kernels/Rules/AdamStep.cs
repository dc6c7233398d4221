namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>The constants of Adam and its variants that are the same for all rows of a block.</summary>
/// <param name="WeightDecay">wd of g' = g + wd w.</param>
/// <param name="Shrinkage">lr wd of the decoupled decay w -= lr wd w.</param>
/// <param name="OneMinusBeta1">1 - b1.</param>
/// <param name="OneMinusBeta2">1 - b2.</param>
internal readonly record struct AdamStep(float WeightDecay, float Shrinkage, float OneMinusBeta1, float OneMinusBeta2);
