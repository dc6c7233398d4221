using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The product of matrices large enough to copy B first, a panel of two lanes by <see cref="PanelDepth"/> at a time, into one aligned
/// piece of the stack that the nearest cache holds (Goto and van de Geijn 2008). Between panels of one column the sums rest in C, which
/// is exact, so that the blocks do not show in the result.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>How much of k one panel holds: two lanes of 512 bits by 128 are 16 KiB, half of a usual nearest cache.</summary>
    internal const int PanelDepth = 128;

    private const int MaxPanelWidth = 32;
    private const int Alignment = 64;

    [SkipLocalsInit]
    public static void Multiply<TLane>(ReadOnlyMatrix a, ReadOnlyMatrix b, Matrix c, bool accumulate)
        where TLane : unmanaged, ILane<TLane>
    {
        var memory = stackalloc float[PanelDepth * MaxPanelWidth + Alignment / sizeof(float)];
        var panel = (float*)(((nuint)memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        for (var k = 0; k < a.Columns; k += PanelDepth)
        {
            var depth = Math.Min(PanelDepth, a.Columns - k);
            for (var j = 0; j < c.Columns; j += 2 * TLane.Width)
            {
                Pack<TLane>(b, k, j, depth, panel);
                MultiplyPanel<TLane>(a, c, k, j, depth, panel, isFresh: k == 0 && !accumulate);
            }
        }
    }

    /// <summary>Copies rows k.. and columns j.. of B; columns beyond its edge become zeros.</summary>
    private static void Pack<TLane>(ReadOnlyMatrix b, int k, int j, int depth, float* panel)
        where TLane : unmanaged, ILane<TLane>
    {
        var width = 2 * TLane.Width;
        if (b.Columns - j < width)
        {
            PackEdge(b, k, j, depth, panel, width);
            return;
        }
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(b.Values), k * b.RowStride + j);
        for (var row = 0; row < depth; row++)
        {
            TLane.Store(TLane.Load(ref source), ref *panel);
            TLane.Store(TLane.Load(ref Unsafe.Add(ref source, TLane.Width)), ref panel[TLane.Width]);
            // The last step would leave the matrix, so it is taken only between rows.
            if (row + 1 < depth) source = ref Unsafe.Add(ref source, b.RowStride);
            panel += width;
        }
    }

    private static void PackEdge(ReadOnlyMatrix b, int k, int j, int depth, float* panel, int width)
    {
        var columns = b.Columns - j;
        for (var row = 0; row < depth; row++)
        {
            var packed = new Span<float>(panel + row * width, width);
            b.Values.Slice((k + row) * b.RowStride + j, columns).CopyTo(packed);
            packed[columns..].Clear();
        }
    }

    /// <summary>Adds A's columns k.. times the panel to C's columns j.., a tile of rows at a time.</summary>
    [SkipLocalsInit]
    private static void MultiplyPanel<TLane>(ReadOnlyMatrix a, Matrix c, int k, int j, int depth, float* panel, bool isFresh)
        where TLane : unmanaged, ILane<TLane>
    {
        var edge = stackalloc float[ProductTile.Rows * MaxPanelWidth];
        var width = 2 * TLane.Width;
        var columns = Math.Min(width, c.Columns - j);
        for (var i = 0; i < c.Rows; i += ProductTile.Rows)
        {
            var rows = Math.Min(ProductTile.Rows, c.Rows - i);
            ref var left = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Values), i * a.RowStride + k * a.ColumnStride);
            if (rows == ProductTile.Rows && columns == width)
            {
                ref var result = ref Unsafe.Add(ref MemoryMarshal.GetReference(c.Values), i * c.RowStride + j);
                ProductTile.Multiply<TLane>(ref left, a.RowStride, rows, a.ColumnStride, panel, depth, ref result, c.RowStride, isFresh);
                continue;
            }
            // At the edges the tile is computed whole, aside, and only what exists is copied.
            if (!isFresh) CopyIn(c, i, j, rows, columns, edge, width);
            ProductTile.Multiply<TLane>(ref left, a.RowStride, rows, a.ColumnStride, panel, depth, ref *edge, width, isFresh);
            for (var row = 0; row < rows; row++)
                new Span<float>(edge + row * width, columns).CopyTo(c.Values.Slice((i + row) * c.RowStride + j));
        }
    }

    private static void CopyIn(Matrix c, int i, int j, int rows, int columns, float* edge, int width)
    {
        new Span<float>(edge, ProductTile.Rows * width).Clear();
        for (var row = 0; row < rows; row++)
            c.Values.Slice((i + row) * c.RowStride + j, columns).CopyTo(new Span<float>(edge + row * width, columns));
    }
}
