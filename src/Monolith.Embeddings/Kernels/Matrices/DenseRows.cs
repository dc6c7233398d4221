using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// What a dense layer does row by row besides its product. Each element's arithmetic is its own: the same bits at every width.
/// </summary>
internal static class DenseRows
{
    /// <summary>Sets every row to <paramref name="bias"/>, so that a product can be added to it.</summary>
    public static void FillBias(Matrix rows, ReadOnlySpan<float> bias)
    {
        for (var i = 0; i < rows.Rows; i++) bias.CopyTo(rows.Row(i));
    }

    /// <summary>x = max(x, 0), where NaN stays NaN.</summary>
    public static void Rectify(Span<float> values)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Rectify<Lane512>(values, i);
        if (Vector256.IsHardwareAccelerated) i = Rectify<Lane256>(values, i);
        if (Vector128.IsHardwareAccelerated) i = Rectify<Lane128>(values, i);
        Rectify<ScalarLane>(values, i);
    }

    /// <summary>The way back: the gradient becomes 0 where the rectified value is 0.</summary>
    public static void RectifyBackward(ReadOnlySpan<float> activations, Span<float> gradient)
    {
        if (activations.Length != gradient.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {activations.Length} and {gradient.Length}.");
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = RectifyBackward<Lane512>(activations, gradient, i);
        if (Vector256.IsHardwareAccelerated) i = RectifyBackward<Lane256>(activations, gradient, i);
        if (Vector128.IsHardwareAccelerated) i = RectifyBackward<Lane128>(activations, gradient, i);
        RectifyBackward<ScalarLane>(activations, gradient, i);
    }

    /// <summary>Adds the rows, first to last, to <paramref name="sums"/>.</summary>
    public static void AddColumnSums(ReadOnlyMatrix rows, Span<float> sums)
    {
        for (var i = 0; i < rows.Rows; i++)
            VectorSum.Add(sums[..rows.Columns], rows.Values.Slice(i * rows.RowStride, rows.Columns));
    }

    /// <summary>Does whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Rectify<TLane>(Span<float> values, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var x = ref MemoryMarshal.GetReference(values);
        for (; i + TLane.Width <= values.Length; i += TLane.Width)
        {
            ref var place = ref Unsafe.Add(ref x, i);
            var value = TLane.Load(ref place);
            TLane.Store(TLane.SelectLessOrEqual(value, TLane.Broadcast(0), TLane.Broadcast(0), value), ref place);
        }
        return i;
    }

    /// <inheritdoc cref="Rectify{TLane}" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int RectifyBackward<TLane>(ReadOnlySpan<float> activations, Span<float> gradient, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var x = ref MemoryMarshal.GetReference(activations);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; i + TLane.Width <= gradient.Length; i += TLane.Width)
        {
            ref var place = ref Unsafe.Add(ref g, i);
            var zero = TLane.Broadcast(0);
            TLane.Store(TLane.SelectLessOrEqual(TLane.Load(ref Unsafe.Add(ref x, i)), zero, zero, TLane.Load(ref place)), ref place);
        }
        return i;
    }
}
