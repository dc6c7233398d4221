using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The product of matrices large enough to copy B first, a panel of two vectors by <see cref="PanelDepth"/> at a time, into one aligned
/// piece of the stack that the nearest cache holds (Goto and van de Geijn 2008). Between panels of one column the sums rest in C, which
/// is exact, so that the blocks do not show in the result.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>How much of k one panel holds at most: two vectors of 512 bits by 128 are 16 KiB, half of a usual nearest cache.</summary>
    internal const int PanelDepth = 128;

    private const int MaxPanelWidth = 32;
    private const int Alignment = 64;

    [SkipLocalsInit]
    public static void Multiply<TVectors, TVector>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        var memory = stackalloc float[PanelDepth * MaxPanelWidth + Alignment / sizeof(float)];
        var panel = (float*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        // Panels of one depth: a short last one would not repay the loads and stores of its sums.
        var panels = (a.Columns + PanelDepth - 1) / PanelDepth;
        var depth = (a.Columns + panels - 1) / panels;
        fixed (float* left = a.Values, right = b.Values, result = c.Values)
        {
            for (var k = 0; k < a.Columns; k += depth)
            {
                depth = Math.Min(depth, a.Columns - k);
                for (var j = 0; j < c.Columns; j += 2 * TVectors.Width)
                {
                    Pack<TVectors, TVector>(right + (nint)k * b.RowStride + j, b.RowStride, b.Columns - j, depth, panel);
                    MultiplyPanel<TVectors, TVector>(
                        left + (nint)k * a.ColumnStride, a, result + j, c, c.Columns - j, depth, panel, isFresh: k == 0 && !accumulate);
                }
            }
        }
    }

    /// <summary>Copies some rows of B; columns beyond its edge become zeros.</summary>
    private static void Pack<TVectors, TVector>(float* source, nint stride, int columns, int depth, float* panel)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        var width = 2 * TVectors.Width;
        for (var row = 0; row < depth; row++, source += stride, panel += width)
        {
            if (columns >= width)
            {
                TVectors.Store(TVectors.Load(source), panel);
                TVectors.Store(TVectors.Load(source + TVectors.Width), panel + TVectors.Width);
                continue;
            }
            var packed = new Span<float>(panel, width);
            new Span<float>(source, columns).CopyTo(packed);
            packed[columns..].Clear();
        }
    }

    /// <summary>Adds some columns of A times the panel to some columns of C, a tile of rows at a time.</summary>
    [SkipLocalsInit]
    private static void MultiplyPanel<TVectors, TVector>(
        float* left, ReadOnlyMatrix a, float* result, Matrix c, int columns, int depth, float* panel, bool isFresh)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        var edge = stackalloc float[ProductTile.Rows * MaxPanelWidth];
        var width = 2 * TVectors.Width;
        for (var i = 0; i < c.Rows; i += ProductTile.Rows)
        {
            var rows = Math.Min(ProductTile.Rows, c.Rows - i);
            float* row = left + (nint)i * a.RowStride, target = result + (nint)i * c.RowStride;
            if (rows == ProductTile.Rows && columns >= width)
            {
                ProductTile.Multiply<TVectors, TVector>(
                    row, a.RowStride, rows, a.ColumnStride, panel, depth, target, c.RowStride, isFresh);
                continue;
            }
            // At the edges the tile is computed whole, aside, and only what exists is copied.
            var used = Math.Min(width, columns);
            if (!isFresh)
            {
                new Span<float>(edge, ProductTile.Rows * width).Clear();
                CopyRows(target, c.RowStride, edge, width, rows, used);
            }
            ProductTile.Multiply<TVectors, TVector>(row, a.RowStride, rows, a.ColumnStride, panel, depth, edge, width, isFresh);
            CopyRows(edge, width, target, c.RowStride, rows, used);
        }
    }

    private static void CopyRows(float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
            new Span<float>(source + row * sourceStride, columns).CopyTo(new Span<float>(destination + row * destinationStride, columns));
    }
}
