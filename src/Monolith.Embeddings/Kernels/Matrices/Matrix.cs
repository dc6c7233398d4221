namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>A matrix to write, row-major: element (i, j) stands at i <see cref="RowStride"/> + j.</summary>
internal readonly ref struct Matrix
{
    public Matrix(Span<float> values, int rows, int columns, int rowStride)
    {
        MatrixBounds.Require(values.Length, rows, columns, rowStride, 1);
        // Rows that overlap would make the result depend on the order of the work.
        if (rows > 1 && rowStride < columns)
            throw new ArgumentException($"A row of {columns} floats does not fit into a row stride of {rowStride}.", nameof(rowStride));
        Values = values;
        (Rows, Columns, RowStride) = (rows, columns, rowStride);
    }

    /// <summary>Without gaps.</summary>
    public Matrix(Span<float> values, int rows, int columns)
        : this(values, rows, columns, columns)
    {
    }

    public Span<float> Values { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public Span<float> Row(int row) => Columns == 0 ? [] : Values.Slice(row * RowStride, Columns);
}
