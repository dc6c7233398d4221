using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The pairwise term of <see cref="FieldInteraction"/> before its elements are summed: 1/2 ((sum_i v_if)^2 - sum_i v_if^2) for each f, so
/// that they can be weighed. Each element's arithmetic is its own, over i in ascending order: the same bits at every vector width.
/// </summary>
internal static class ElementInteraction
{
    /// <summary>Computes the elements and keeps sum_i v_if for the way back.</summary>
    /// <param name="vectors">[fields, dimension].</param>
    /// <param name="sums">Receives sum_i v_if, [dimension].</param>
    /// <param name="elements">Receives the elements, [dimension].</param>
    public static void Forward(ReadOnlySpan<float> vectors, Span<float> sums, Span<float> elements)
    {
        RequireFit(vectors.Length, sums.Length, elements.Length);
        var f = 0;
        if (Vector512.IsHardwareAccelerated) f = Forward<Lane512>(vectors, sums, elements, f);
        if (Vector256.IsHardwareAccelerated) f = Forward<Lane256>(vectors, sums, elements, f);
        if (Vector128.IsHardwareAccelerated) f = Forward<Lane128>(vectors, sums, elements, f);
        Forward<ScalarLane>(vectors, sums, elements, f);
    }

    /// <summary>Computes the gradient: delta_f (sum_j v_jf - v_if).</summary>
    /// <param name="vectors">[fields, dimension].</param>
    /// <param name="sums">sum_i v_if, [dimension].</param>
    /// <param name="deltas">The gradients of the elements, [dimension].</param>
    /// <param name="gradient">Receives the gradient of <paramref name="vectors"/>.</param>
    public static void Backward(ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, ReadOnlySpan<float> deltas, Span<float> gradient)
    {
        RequireFit(vectors.Length, sums.Length, deltas.Length);
        if (gradient.Length != vectors.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {vectors.Length} and {gradient.Length}.");
        var f = 0;
        if (Vector512.IsHardwareAccelerated) f = Backward<Lane512>(vectors, sums, deltas, gradient, f);
        if (Vector256.IsHardwareAccelerated) f = Backward<Lane256>(vectors, sums, deltas, gradient, f);
        if (Vector128.IsHardwareAccelerated) f = Backward<Lane128>(vectors, sums, deltas, gradient, f);
        Backward<ScalarLane>(vectors, sums, deltas, gradient, f);
    }

    /// <summary>Does whole lanes of the dimension from <paramref name="f"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Forward<TLane>(ReadOnlySpan<float> vectors, Span<float> sums, Span<float> elements, int f)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var v = ref MemoryMarshal.GetReference(vectors);
        for (; f + TLane.Width <= sums.Length; f += TLane.Width)
        {
            TLane sum = TLane.Broadcast(0), negativeSquares = sum;
            for (var i = f; i < vectors.Length; i += sums.Length)
            {
                var value = TLane.Load(ref Unsafe.Add(ref v, i));
                sum += value;
                negativeSquares = TLane.FusedMultiplyAdd(TLane.Broadcast(0) - value, value, negativeSquares);
            }
            TLane.Store(sum, ref sums[f]);
            TLane.Store(TLane.Broadcast(0.5f) * TLane.FusedMultiplyAdd(sum, sum, negativeSquares), ref elements[f]);
        }
        return f;
    }

    /// <inheritdoc cref="Forward{TLane}" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Backward<TLane>(
        ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, ReadOnlySpan<float> deltas, Span<float> gradient, int f)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var v = ref MemoryMarshal.GetReference(vectors);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; f + TLane.Width <= sums.Length; f += TLane.Width)
        {
            TLane sum = TLane.Load(in sums[f]), delta = TLane.Load(in deltas[f]);
            for (var i = f; i < vectors.Length; i += sums.Length)
                TLane.Store(delta * (sum - TLane.Load(ref Unsafe.Add(ref v, i))), ref Unsafe.Add(ref g, i));
        }
        return f;
    }

    private static void RequireFit(int vectors, int dimension, int elements)
    {
        if (dimension == 0 ? vectors != 0 : vectors % dimension != 0)
            throw new ArgumentException($"{vectors} floats are not a whole number of vectors of {dimension}.");
        if (elements != dimension) throw new ArgumentException($"A kernel needs spans of one length; got {dimension} and {elements}.");
    }
}
