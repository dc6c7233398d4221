namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>Checks that a matrix lies in its span.</summary>
internal static class MatrixBounds
{
    public static void Require(int length, int rows, int columns, int rowStride, int columnStride)
    {
        if ((rows | columns | rowStride | columnStride) < 0)
            throw new ArgumentException($"A matrix [{rows}, {columns}] with strides ({rowStride}, {columnStride}) has a negative number.");
        if (rows == 0 || columns == 0) return;
        var needed = (rows - 1L) * rowStride + (columns - 1L) * columnStride + 1;
        if (needed > length)
            throw new ArgumentException(
                $"A matrix [{rows}, {columns}] with strides ({rowStride}, {columnStride}) needs {needed} floats; the span has {length}.");
    }
}
