using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>Copies a matrix with rows and columns exchanged.</summary>
internal static class Transposition
{
    /// <summary>Copies the transpose.</summary>
    /// <param name="source">Row-major.</param>
    /// <param name="destination">[columns of the source, rows of the source], row-major, without gaps.</param>
    public static void Copy(ReadOnlyMatrix source, Span<float> destination)
    {
        var (rows, columns) = (source.Rows, source.Columns);
        if (destination.Length != (long)rows * columns || (source.ColumnStride != 1 && columns > 1))
            throw new ArgumentException(
                $"Transposing [{rows}, {columns}] needs rows without gaps and a span of {(long)rows * columns}; got a column stride of "
                + $"{source.ColumnStride} and {destination.Length}.");
        var (wholeRows, wholeColumns) = Vector128.IsHardwareAccelerated ? (rows & ~3, columns & ~3) : (0, 0);
        ref var from = ref MemoryMarshal.GetReference(source.Values);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (var j = 0; j < wholeColumns; j += 4)
        {
            for (var i = 0; i < wholeRows; i += 4)
                Copy4x4(ref Unsafe.Add(ref from, i * source.RowStride + j), source.RowStride, ref Unsafe.Add(ref to, j * rows + i), rows);
        }
        CopyScalar(source, destination, wholeRows, 0, wholeColumns);
        CopyScalar(source, destination, 0, wholeColumns, columns);
    }

    private static void CopyScalar(ReadOnlyMatrix source, Span<float> destination, int firstRow, int firstColumn, int endColumn)
    {
        for (var i = firstRow; i < source.Rows; i++)
        {
            for (var j = firstColumn; j < endColumn; j++) destination[j * source.Rows + i] = source.Values[i * source.RowStride + j];
        }
    }

    private static void Copy4x4(ref float source, nint sourceStride, ref float destination, nint destinationStride)
    {
        var a = Vector128.LoadUnsafe(ref source);
        var b = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, sourceStride));
        var c = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 2 * sourceStride));
        var d = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 3 * sourceStride));
        var (ac, acHigh) = Interleave(a, c);
        var (bd, bdHigh) = Interleave(b, d);
        var (first, second) = Interleave(ac, bd);
        var (third, fourth) = Interleave(acHigh, bdHigh);
        first.StoreUnsafe(ref destination);
        second.StoreUnsafe(ref Unsafe.Add(ref destination, destinationStride));
        third.StoreUnsafe(ref Unsafe.Add(ref destination, 2 * destinationStride));
        fourth.StoreUnsafe(ref Unsafe.Add(ref destination, 3 * destinationStride));
    }

    /// <summary>(l0 r0 l1 r1) and (l2 r2 l3 r3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> left, Vector128<float> right)
    {
        if (Sse.IsSupported) return (Sse.UnpackLow(left, right), Sse.UnpackHigh(left, right));
        if (AdvSimd.Arm64.IsSupported) return (AdvSimd.Arm64.ZipLow(left, right), AdvSimd.Arm64.ZipHigh(left, right));
        return (Vector128.Create(left[0], right[0], left[1], right[1]), Vector128.Create(left[2], right[2], left[3], right[3]));
    }
}
