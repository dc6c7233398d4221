namespace Monolith.Embeddings.Rows;

/// <summary>Numbers of one precision that stand together in a row.</summary>
/// <param name="FloatOffset">The first one's place among the weights and states of a row, as rules see them.</param>
/// <param name="Length">How many numbers.</param>
/// <param name="ByteOffset">Where they are stored, counted from the row's first byte; a multiple of 4.</param>
/// <param name="Precision">How they are stored.</param>
internal readonly record struct RowPart(int FloatOffset, int Length, int ByteOffset, RowPrecision Precision)
{
    /// <summary>The first byte behind them.</summary>
    public int End => ByteOffset + Length * (Precision == RowPrecision.Float32 ? sizeof(float) : sizeof(ushort));
}
