using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels;

/// <summary>
/// Copies and clears rows of floats, inlined into the loop that asks: a call into the general memory routines costs a short row as much as its cache line.
/// </summary>
internal static class FloatCopy
{
    /// <param name="source">The floats.</param>
    /// <param name="destination">Of the same length; must not overlap.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ReadOnlySpan<float> source, Span<float> destination)
    {
        if (!Vector256.IsHardwareAccelerated || source.Length % Vector256<float>.Count != 0)
        {
            source.CopyTo(destination);
            return;
        }
        RequireEqual(source.Length, destination.Length);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < source.Length; i += Vector256<float>.Count)
            Vector256.LoadUnsafe(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)i);
    }

    /// <summary>Sets all floats to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(Span<float> destination)
    {
        if (!Vector256.IsHardwareAccelerated || destination.Length % Vector256<float>.Count != 0)
        {
            destination.Clear();
            return;
        }
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < destination.Length; i += Vector256<float>.Count) Vector256<float>.Zero.StoreUnsafe(ref to, (nuint)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RequireEqual(int source, int destination)
    {
        if (source != destination) throw new ArgumentException($"A copy needs spans of one length; got {source} and {destination}.");
    }
}
