namespace Monolith.Embeddings.Rows;

/// <summary>Where one segment stands in a row, in floats.</summary>
/// <param name="WeightOffset">Its first weight, counted from the row's first weight.</param>
/// <param name="Dimension">How many weights.</param>
/// <param name="StateOffset">Its first float of optimizer state, counted from the row's first weight.</param>
/// <param name="StateLength">How many floats of state.</param>
internal readonly record struct RowSegment(int WeightOffset, int Dimension, int StateOffset, int StateLength);
