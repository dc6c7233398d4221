namespace Monolith.Embeddings.Serving.Loading;

/// <summary>A chain that was loaded.</summary>
/// <param name="State">The tables and their model.</param>
/// <param name="Dense">The number of the commit whose dense weights the model loaded, to be published; null where there were none.</param>
/// <param name="RefusedRows">How many rows the precision could not hold.</param>
/// <param name="NewestEventTime">In seconds since the Unix epoch; 0 where none is known.</param>
internal readonly record struct LoadedChain(ReplicaState State, ulong? Dense, long RefusedRows, uint NewestEventTime);
