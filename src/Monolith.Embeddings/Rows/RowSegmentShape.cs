namespace Monolith.Embeddings.Rows;

/// <summary>What a segment needs in a row.</summary>
/// <param name="Dimension">How many weights.</param>
/// <param name="StateLength">How many floats of optimizer state.</param>
/// <param name="Precision">How the weights are stored.</param>
/// <param name="StatePrecision">How the state is stored.</param>
/// <param name="ExactStateLength">How many floats at the end of the state are stored in 32 bits in any case.</param>
internal readonly record struct RowSegmentShape(
    int Dimension, int StateLength, RowPrecision Precision = RowPrecision.Float32, RowPrecision StatePrecision = RowPrecision.Float32,
    int ExactStateLength = 0);
