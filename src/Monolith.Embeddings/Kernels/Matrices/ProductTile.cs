using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The inside of the matrix product: 6 rows by 2 lanes of sums that stay in registers, the largest tile that fits the 16 registers
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
    /// <param name="panel">[depth, 2 lanes], packed.</param>
    /// <param name="depth">At least 1.</param>
    /// <param name="c">[<see cref="Rows"/>, 2 lanes]; all of it is written.</param>
    /// <param name="cStride">From a row of C to the next.</param>
    /// <param name="isFresh">Whether the sums begin at 0 and not at what C holds.</param>
    public static void Multiply<TLane>(
        ref float a, nint rowStride, int rows, nint columnStride, float* panel, int depth, ref float c, nint cStride, bool isFresh)
        where TLane : unmanaged, ILane<TLane>
    {
        nint second = Math.Min(1, rows - 1) * rowStride, third = Math.Min(2, rows - 1) * rowStride;
        nint fourth = Math.Min(3, rows - 1) * rowStride, fifth = Math.Min(4, rows - 1) * rowStride, sixth = (rows - 1) * rowStride;
        TLane c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (isFresh)
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLane.Broadcast(0);
        }
        else
        {
            Load(ref c, out c00, out c01);
            Load(ref Unsafe.Add(ref c, cStride), out c10, out c11);
            Load(ref Unsafe.Add(ref c, 2 * cStride), out c20, out c21);
            Load(ref Unsafe.Add(ref c, 3 * cStride), out c30, out c31);
            Load(ref Unsafe.Add(ref c, 4 * cStride), out c40, out c41);
            Load(ref Unsafe.Add(ref c, 5 * cStride), out c50, out c51);
        }
        while (true)
        {
            var b0 = TLane.Load(ref *panel);
            var b1 = TLane.Load(ref panel[TLane.Width]);
            var factor = TLane.Broadcast(a);
            c00 = TLane.FusedMultiplyAdd(factor, b0, c00);
            c01 = TLane.FusedMultiplyAdd(factor, b1, c01);
            factor = TLane.Broadcast(Unsafe.Add(ref a, second));
            c10 = TLane.FusedMultiplyAdd(factor, b0, c10);
            c11 = TLane.FusedMultiplyAdd(factor, b1, c11);
            factor = TLane.Broadcast(Unsafe.Add(ref a, third));
            c20 = TLane.FusedMultiplyAdd(factor, b0, c20);
            c21 = TLane.FusedMultiplyAdd(factor, b1, c21);
            factor = TLane.Broadcast(Unsafe.Add(ref a, fourth));
            c30 = TLane.FusedMultiplyAdd(factor, b0, c30);
            c31 = TLane.FusedMultiplyAdd(factor, b1, c31);
            factor = TLane.Broadcast(Unsafe.Add(ref a, fifth));
            c40 = TLane.FusedMultiplyAdd(factor, b0, c40);
            c41 = TLane.FusedMultiplyAdd(factor, b1, c41);
            factor = TLane.Broadcast(Unsafe.Add(ref a, sixth));
            c50 = TLane.FusedMultiplyAdd(factor, b0, c50);
            c51 = TLane.FusedMultiplyAdd(factor, b1, c51);
            if (--depth == 0) break;
            panel += 2 * TLane.Width;
            // Never past the last k: a reference beyond the matrix must not exist, even unread.
            a = ref Unsafe.Add(ref a, columnStride);
        }
        Store(c00, c01, ref c);
        Store(c10, c11, ref Unsafe.Add(ref c, cStride));
        Store(c20, c21, ref Unsafe.Add(ref c, 2 * cStride));
        Store(c30, c31, ref Unsafe.Add(ref c, 3 * cStride));
        Store(c40, c41, ref Unsafe.Add(ref c, 4 * cStride));
        Store(c50, c51, ref Unsafe.Add(ref c, 5 * cStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLane>(ref float source, out TLane left, out TLane right)
        where TLane : unmanaged, ILane<TLane>
    {
        left = TLane.Load(ref source);
        right = TLane.Load(ref Unsafe.Add(ref source, TLane.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane>(TLane left, TLane right, ref float destination)
        where TLane : unmanaged, ILane<TLane>
    {
        TLane.Store(left, ref destination);
        TLane.Store(right, ref Unsafe.Add(ref destination, TLane.Width));
    }
}
