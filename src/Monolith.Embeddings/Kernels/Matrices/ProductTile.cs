namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The inside of the matrix product: 6 rows by 2 vectors of sums that stay in registers, the largest tile that fits the 16 registers
/// of 256 bits, and 12 chains are enough to keep two multiply-add units of latency 4 busy.
/// </summary>
internal static unsafe class ProductTile
{
    public const int Rows = 6;

    /// <summary>Adds <paramref name="depth"/> products to each element of a tile.</summary>
    /// <param name="a">The tile's first row of A, at its first k.</param>
    /// <param name="rowStride">From a row of A to the next.</param>
    /// <param name="rows">How many rows A has here, 1 to <see cref="Rows"/>; the last is read again for those that are missing.</param>
    /// <param name="columnStride">From one k to the next.</param>
    /// <param name="panel">[depth, 2 vectors], packed.</param>
    /// <param name="depth">At least 1.</param>
    /// <param name="c">[<see cref="Rows"/>, 2 vectors]; all of it is written.</param>
    /// <param name="cStride">From a row of C to the next.</param>
    /// <param name="isFresh">Whether the sums begin at 0 and not at what C holds.</param>
    public static void Multiply<TVectors, TVector>(
        float* a, nint rowStride, int rows, nint columnStride, float* panel, int depth, float* c, nint cStride, bool isFresh)
        where TVectors : struct, IVectors<TVector>
        where TVector : unmanaged
    {
        float* a1 = a + Math.Min(1, rows - 1) * rowStride, a2 = a + Math.Min(2, rows - 1) * rowStride;
        float* a3 = a + Math.Min(3, rows - 1) * rowStride, a4 = a + Math.Min(4, rows - 1) * rowStride, a5 = a + (rows - 1) * rowStride;
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (isFresh)
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TVectors.Broadcast(0);
        }
        else
        {
            c00 = TVectors.Load(c);
            c01 = TVectors.Load(c + TVectors.Width);
            c10 = TVectors.Load(c + cStride);
            c11 = TVectors.Load(c + cStride + TVectors.Width);
            c20 = TVectors.Load(c + 2 * cStride);
            c21 = TVectors.Load(c + 2 * cStride + TVectors.Width);
            c30 = TVectors.Load(c + 3 * cStride);
            c31 = TVectors.Load(c + 3 * cStride + TVectors.Width);
            c40 = TVectors.Load(c + 4 * cStride);
            c41 = TVectors.Load(c + 4 * cStride + TVectors.Width);
            c50 = TVectors.Load(c + 5 * cStride);
            c51 = TVectors.Load(c + 5 * cStride + TVectors.Width);
        }
        // Each sum must be the target of its own multiply-add, and the loop must end where it is tested: else the compiler copies sums.
        nint k = 0;
        do
        {
            var b0 = TVectors.Load(panel);
            var b1 = TVectors.Load(panel + TVectors.Width);
            var factor = TVectors.Broadcast(a[k]);
            c00 = TVectors.FusedMultiplyAdd(factor, b0, c00);
            c01 = TVectors.FusedMultiplyAdd(factor, b1, c01);
            factor = TVectors.Broadcast(a1[k]);
            c10 = TVectors.FusedMultiplyAdd(factor, b0, c10);
            c11 = TVectors.FusedMultiplyAdd(factor, b1, c11);
            factor = TVectors.Broadcast(a2[k]);
            c20 = TVectors.FusedMultiplyAdd(factor, b0, c20);
            c21 = TVectors.FusedMultiplyAdd(factor, b1, c21);
            factor = TVectors.Broadcast(a3[k]);
            c30 = TVectors.FusedMultiplyAdd(factor, b0, c30);
            c31 = TVectors.FusedMultiplyAdd(factor, b1, c31);
            factor = TVectors.Broadcast(a4[k]);
            c40 = TVectors.FusedMultiplyAdd(factor, b0, c40);
            c41 = TVectors.FusedMultiplyAdd(factor, b1, c41);
            factor = TVectors.Broadcast(a5[k]);
            c50 = TVectors.FusedMultiplyAdd(factor, b0, c50);
            c51 = TVectors.FusedMultiplyAdd(factor, b1, c51);
            panel += 2 * TVectors.Width;
            k += columnStride;
        }
        while (--depth > 0);
        TVectors.Store(c00, c);
        TVectors.Store(c01, c + TVectors.Width);
        TVectors.Store(c10, c + cStride);
        TVectors.Store(c11, c + cStride + TVectors.Width);
        TVectors.Store(c20, c + 2 * cStride);
        TVectors.Store(c21, c + 2 * cStride + TVectors.Width);
        TVectors.Store(c30, c + 3 * cStride);
        TVectors.Store(c31, c + 3 * cStride + TVectors.Width);
        TVectors.Store(c40, c + 4 * cStride);
        TVectors.Store(c41, c + 4 * cStride + TVectors.Width);
        TVectors.Store(c50, c + 5 * cStride);
        TVectors.Store(c51, c + 5 * cStride + TVectors.Width);
    }
}
