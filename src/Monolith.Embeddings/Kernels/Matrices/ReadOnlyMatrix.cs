namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// A matrix seen in a span: element (i, j) stands at i <see cref="RowStride"/> + j <see cref="ColumnStride"/>. That all elements lie in the
/// span is checked once, here.
/// </summary>
internal readonly ref struct ReadOnlyMatrix
{
    public ReadOnlyMatrix(ReadOnlySpan<float> values, int rows, int columns, int rowStride, int columnStride = 1)
    {
        MatrixBounds.Require(values.Length, rows, columns, rowStride, columnStride);
        Values = values;
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, rowStride, columnStride);
    }

    /// <summary>Row-major, without gaps.</summary>
    public ReadOnlyMatrix(ReadOnlySpan<float> values, int rows, int columns)
        : this(values, rows, columns, columns)
    {
    }

    public ReadOnlySpan<float> Values { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    /// <summary>The same values with rows and columns exchanged.</summary>
    public ReadOnlyMatrix Transposed => new(Values, Columns, Rows, ColumnStride, RowStride);
}
