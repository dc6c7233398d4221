using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>
/// Copies and clears rows of floats, inlined into the loop that asks: a call into the general memory routines costs a short row as much as
/// its cache line.
/// </summary>
internal static class FloatCopy
{
    /// <param name="source">At least as many floats as the destination has; must not overlap it.</param>
    /// <param name="destination">Receives them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Copy(float* source, Span<float> destination)
    {
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + Vector256<float>.Count <= destination.Length; i += Vector256<float>.Count)
                Vector256.Load(source + i).StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < destination.Length; i++) Unsafe.Add(ref to, i) = source[i];
    }

    /// <summary>Sets all floats to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(Span<float> destination)
    {
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + Vector256<float>.Count <= destination.Length; i += Vector256<float>.Count)
                Vector256<float>.Zero.StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < destination.Length; i++) Unsafe.Add(ref to, i) = 0;
    }
}
