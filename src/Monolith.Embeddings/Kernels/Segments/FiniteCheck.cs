using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>Looks for NaN and infinities.</summary>
internal static class FiniteCheck
{
    private const int ExponentMask = 0x7F800000;

    /// <summary>Whether every value is finite. A float is not finite exactly where all bits of its exponent are set.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        ref var start = ref MemoryMarshal.GetReference(values);
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var mask = Vector512.Create(ExponentMask);
            for (; i + Vector512<float>.Count <= values.Length; i += Vector512<float>.Count)
            {
                var bits = Vector512.LoadUnsafe(ref Unsafe.Add(ref start, i)).AsInt32() & mask;
                if (Vector512.EqualsAny(bits, mask)) return false;
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var mask = Vector128.Create(ExponentMask);
            for (; i + Vector128<float>.Count <= values.Length; i += Vector128<float>.Count)
            {
                var bits = Vector128.LoadUnsafe(ref Unsafe.Add(ref start, i)).AsInt32() & mask;
                if (Vector128.EqualsAny(bits, mask)) return false;
            }
        }
        return AllFiniteScalar(values[i..]);
    }

    /// <summary>The same for what is often a few floats, which a call would cost more than they do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllFiniteOfRow(ReadOnlySpan<float> values) => values.Length < 4 ? AllFiniteScalar(values) : AllFinite(values);

    public static bool AllFiniteScalar(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) return false;
        }
        return true;
    }
}
