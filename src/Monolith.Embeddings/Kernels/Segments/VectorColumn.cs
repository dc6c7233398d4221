namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Vectors that stand below one another: one in each row of a matrix.</summary>
/// <param name="Stride">From a row to the next, in floats.</param>
/// <param name="Start">Where in a row the vector begins.</param>
internal readonly record struct VectorColumn(int Stride, int Start);
