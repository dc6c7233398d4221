using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Matrices;

/// <summary>
/// The pairwise term of a factorization machine over vectors that stand side by side: sum over i &lt; j of v_i . v_j = 1/2 sum_f ((sum_i
/// v_if)^2 - sum_i v_if^2) (Rendle 2010, lemma 3.1), in the time of reading them once. Over f it sums in <see cref="VirtualLanes"/>, over i
/// in ascending order: the same bits at every vector width.
/// </summary>
internal static class FieldInteraction
{
    /// <summary>Computes the term and keeps sum_i v_if for the way back.</summary>
    /// <param name="vectors">[fields, dimension].</param>
    /// <param name="sums">Receives sum_i v_if, [dimension].</param>
    public static float Forward(ReadOnlySpan<float> vectors, Span<float> sums)
    {
        RequireWhole(vectors.Length, sums.Length);
        var lanes = default(VirtualLanes);
        var f = 0;
        if (Vector512.IsHardwareAccelerated) f = Forward<Lane512>(vectors, sums, ref lanes, f);
        if (Vector256.IsHardwareAccelerated) f = Forward<Lane256>(vectors, sums, ref lanes, f);
        if (Vector128.IsHardwareAccelerated) f = Forward<Lane128>(vectors, sums, ref lanes, f);
        Forward<ScalarLane>(vectors, sums, ref lanes, f);
        return 0.5f * lanes.Total();
    }

    /// <summary>Computes the gradient: delta (sum_j v_jf - v_if).</summary>
    /// <param name="vectors">[fields, dimension].</param>
    /// <param name="sums">sum_i v_if, [dimension].</param>
    /// <param name="delta">The gradient of the term.</param>
    /// <param name="gradient">Receives the gradient of <paramref name="vectors"/>.</param>
    public static void Backward(ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, float delta, Span<float> gradient)
    {
        RequireWhole(vectors.Length, sums.Length);
        if (gradient.Length != vectors.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {vectors.Length} and {gradient.Length}.");
        var f = 0;
        if (Vector512.IsHardwareAccelerated) f = Backward<Lane512>(vectors, sums, delta, gradient, f);
        if (Vector256.IsHardwareAccelerated) f = Backward<Lane256>(vectors, sums, delta, gradient, f);
        if (Vector128.IsHardwareAccelerated) f = Backward<Lane128>(vectors, sums, delta, gradient, f);
        Backward<ScalarLane>(vectors, sums, delta, gradient, f);
    }

    /// <summary>Does whole lanes of the dimension from <paramref name="f"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Forward<TLane>(ReadOnlySpan<float> vectors, Span<float> sums, ref VirtualLanes lanes, int f)
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
            ref var lane = ref lanes[f % VirtualLanes.Count];
            TLane.Store(TLane.Load(ref lane) + TLane.FusedMultiplyAdd(sum, sum, negativeSquares), ref lane);
        }
        return f;
    }

    /// <inheritdoc cref="Forward{TLane}" />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Backward<TLane>(ReadOnlySpan<float> vectors, ReadOnlySpan<float> sums, float delta, Span<float> gradient, int f)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var v = ref MemoryMarshal.GetReference(vectors);
        ref var g = ref MemoryMarshal.GetReference(gradient);
        for (; f + TLane.Width <= sums.Length; f += TLane.Width)
        {
            var sum = TLane.Load(in sums[f]);
            for (var i = f; i < vectors.Length; i += sums.Length)
                TLane.Store(TLane.Broadcast(delta) * (sum - TLane.Load(ref Unsafe.Add(ref v, i))), ref Unsafe.Add(ref g, i));
        }
        return f;
    }

    private static void RequireWhole(int vectors, int dimension)
    {
        if (dimension == 0 ? vectors != 0 : vectors % dimension != 0)
            throw new ArgumentException($"{vectors} floats are not a whole number of vectors of {dimension}.");
    }
}
