using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// Adds vectors onto vectors, element by element: no sum runs across a register, so that every width gives the same bits.
/// </summary>
internal static class VectorSum
{
    /// <summary>target += source.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> source) => AddScaled(target, source, 1);

    /// <summary>target += scale source, rounded once.</summary>
    public static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float scale)
    {
        if (target.Length != source.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {target.Length} and {source.Length}.");
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = AddScaled<Lane512>(target, source, scale, i);
        if (Vector256.IsHardwareAccelerated) i = AddScaled<Lane256>(target, source, scale, i);
        if (Vector128.IsHardwareAccelerated) i = AddScaled<Lane128>(target, source, scale, i);
        AddScaled<ScalarLane>(target, source, scale, i);
    }

    /// <summary>Adds whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int AddScaled<TLane>(Span<float> target, ReadOnlySpan<float> source, float scale, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var s = ref MemoryMarshal.GetReference(source);
        for (; i + TLane.Width <= target.Length; i += TLane.Width)
        {
            var sum = TLane.FusedMultiplyAdd(
                TLane.Broadcast(scale), TLane.Load(ref Unsafe.Add(ref s, i)), TLane.Load(ref Unsafe.Add(ref t, i)));
            TLane.Store(sum, ref Unsafe.Add(ref t, i));
        }
        return i;
    }
}
