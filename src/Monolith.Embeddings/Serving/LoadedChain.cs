namespace Monolith.Embeddings.Serving;

/// <summary>A chain that was loaded.</summary>
/// <param name="State">The tables and their model.</param>
/// <param name="HasDenseWeights">Whether the model loaded dense weights that are to be published.</param>
/// <param name="RefusedRows">How many rows the precision could not hold.</param>
internal readonly record struct LoadedChain(ReplicaState State, bool HasDenseWeights, long RefusedRows);
