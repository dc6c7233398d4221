using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>
/// Vectors of a batch whose rows stand somewhere among distinct rows: reads them into a block, one a row of the batch, and sums a block's
/// vectors back onto the distinct rows, first to last. Element by element, so that every width gives the same bits.
/// </summary>
internal static class PlacedVectors
{
    /// <summary>block[i] = 0 + rows[places[i]]: the sum of a bag of one, in which -0 is 0.</summary>
    /// <param name="rows">The distinct rows.</param>
    /// <param name="from">Where the vector stands in a distinct row.</param>
    /// <param name="places">The distinct row of each row of the batch.</param>
    /// <param name="block">Receives a vector in each of its rows, as many as there are places.</param>
    /// <param name="to">Where it stands there.</param>
    /// <param name="width">The vector's length, at least 1.</param>
    public static void Gather(
        ReadOnlySpan<float> rows, VectorColumn from, ReadOnlySpan<int> places, Span<float> block, VectorColumn to, int width)
    {
        RequireFit(block.Length, to, places.Length, width);
        if (Vector512.IsHardwareAccelerated && width >= Vector512<float>.Count) Gather<Lane512>(rows, from, places, block, to, width);
        else if (Vector256.IsHardwareAccelerated && width >= Vector256<float>.Count) Gather<Lane256>(rows, from, places, block, to, width);
        else if (Vector128.IsHardwareAccelerated && width >= Vector128<float>.Count) Gather<Lane128>(rows, from, places, block, to, width);
        else Gather<ScalarLane>(rows, from, places, block, to, width);
    }

    /// <summary>rows[places[i]] += block[i], or = 0 + block[i] where the row is named only once; rows of a range alone.</summary>
    /// <param name="block">A vector in each of its rows, as many as there are places.</param>
    /// <param name="from">Where it stands there.</param>
    /// <param name="places">The distinct row of each row of the batch.</param>
    /// <param name="counts">
    /// How often each distinct row is named, by all columns of vectors together; what a row holds that is named once does not matter.
    /// Empty: all rows are added to.
    /// </param>
    /// <param name="rows">The distinct rows.</param>
    /// <param name="to">Where the vector stands in a distinct row.</param>
    /// <param name="width">The vector's length, at least 1.</param>
    /// <param name="range">Places outside of it are passed over: they are another thread's.</param>
    public static void Scatter(
        ReadOnlySpan<float> block, VectorColumn from, ReadOnlySpan<int> places, ReadOnlySpan<int> counts, Span<float> rows, VectorColumn to,
        int width, PlaceRange range)
    {
        RequireFit(block.Length, from, places.Length, width);
        if (Vector512.IsHardwareAccelerated && width >= Vector512<float>.Count)
            Scatter<Lane512>(block, from, places, counts, rows, to, width, range);
        else if (Vector256.IsHardwareAccelerated && width >= Vector256<float>.Count)
            Scatter<Lane256>(block, from, places, counts, rows, to, width, range);
        else if (Vector128.IsHardwareAccelerated && width >= Vector128<float>.Count)
            Scatter<Lane128>(block, from, places, counts, rows, to, width, range);
        else Scatter<ScalarLane>(block, from, places, counts, rows, to, width, range);
    }

    internal static void Gather<TLane>(
        ReadOnlySpan<float> rows, VectorColumn from, ReadOnlySpan<int> places, Span<float> block, VectorColumn to, int width)
        where TLane : unmanaged, ILane<TLane>
    {
        for (var i = 0; i < places.Length; i++)
        {
            ref var source = ref Vector(rows, from, places[i], width);
            ref var target = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), i * to.Stride + to.Start);
            Set<TLane>(ref source, ref target, width);
        }
    }

    internal static void Scatter<TLane>(
        ReadOnlySpan<float> block, VectorColumn from, ReadOnlySpan<int> places, ReadOnlySpan<int> counts, Span<float> rows, VectorColumn to,
        int width, PlaceRange range)
        where TLane : unmanaged, ILane<TLane>
    {
        for (var i = 0; i < places.Length; i++)
        {
            if (!range.Contains(places[i])) continue;
            ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(block), i * from.Stride + from.Start);
            ref var target = ref Vector(rows, to, places[i], width);
            if (!counts.IsEmpty && counts[places[i]] == 1) Set<TLane>(ref source, ref target, width);
            else Add<TLane>(ref source, ref target, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Set<TLane>(ref float source, ref float target, int width)
        where TLane : unmanaged, ILane<TLane>
    {
        var j = 0;
        for (; j + TLane.Width <= width; j += TLane.Width)
            TLane.Store(TLane.Broadcast(0) + TLane.Load(ref Unsafe.Add(ref source, j)), ref Unsafe.Add(ref target, j));
        for (; j < width; j++) Unsafe.Add(ref target, j) = 0 + Unsafe.Add(ref source, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLane>(ref float source, ref float target, int width)
        where TLane : unmanaged, ILane<TLane>
    {
        var j = 0;
        for (; j + TLane.Width <= width; j += TLane.Width)
        {
            ref var place = ref Unsafe.Add(ref target, j);
            TLane.Store(TLane.Load(ref place) + TLane.Load(ref Unsafe.Add(ref source, j)), ref place);
        }
        for (; j < width; j++) Unsafe.Add(ref target, j) += Unsafe.Add(ref source, j);
    }

    // A place that is none would write into foreign memory: the compiler's check of the last element keeps it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float Vector(ReadOnlySpan<float> rows, VectorColumn column, int place, int width)
    {
        var start = place * column.Stride + column.Start;
        return ref MemoryMarshal.GetReference(rows.Slice(start, width));
    }

    private static void RequireFit(int length, VectorColumn column, int count, int width)
    {
        if (count > 0 && (long)(count - 1) * column.Stride + column.Start + width > length)
            throw new ArgumentException(
                $"{count} vectors of {width}, at {column.Start} in rows of {column.Stride}, do not fit into {length} floats.");
    }
}
