using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// Squared norms of floats in doubles: the square of a float is exact in one, and no sum of them overflows. Element i goes to running sum i
/// mod 16, and the sums are folded by halves, so that the bits do not depend on the machine.
/// </summary>
internal static class SquaredNorm
{
    public static double Of(ReadOnlySpan<float> values) => Vector256.IsHardwareAccelerated ? Wide(values) : Scalar(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Wide(ReadOnlySpan<float> values)
    {
        ref var x = ref MemoryMarshal.GetReference(values);
        Vector256<double> a = default, b = default, c = default, d = default;
        var i = 0;
        for (; i + VirtualLanes.Count <= values.Length; i += VirtualLanes.Count)
        {
            a += Square(Vector128.LoadUnsafe(ref x, (nuint)i));
            b += Square(Vector128.LoadUnsafe(ref x, (nuint)i + 4));
            c += Square(Vector128.LoadUnsafe(ref x, (nuint)i + 8));
            d += Square(Vector128.LoadUnsafe(ref x, (nuint)i + 12));
        }
        var rest = values.Length - i;
        if (rest > 0)
        {
            ref var first = ref Unsafe.Add(ref x, i);
            a += Square(Lane128.LoadFirst(ref first, rest).Vector);
            b += Square(Lane128.LoadFirst(ref Unsafe.Add(ref first, 4), rest - 4).Vector);
            c += Square(Lane128.LoadFirst(ref Unsafe.Add(ref first, 8), rest - 8).Vector);
            d += Square(Lane128.LoadFirst(ref Unsafe.Add(ref first, 12), rest - 12).Vector);
        }
        var sums = a + c + (b + d);
        var halves = sums.GetLower() + sums.GetUpper();
        return halves.ToScalar() + halves.GetElement(1);
    }

    internal static double Scalar(ReadOnlySpan<float> values)
    {
        Span<double> sums = stackalloc double[VirtualLanes.Count];
        sums.Clear();
        for (var i = 0; i < values.Length; i++) sums[i % VirtualLanes.Count] += (double)values[i] * values[i];
        for (var half = VirtualLanes.Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) sums[i] += sums[i + half];
        }
        return sums[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Square(Vector128<float> values)
    {
        var (low, high) = Vector128.Widen(values);
        var wide = Vector256.Create(low, high);
        return wide * wide;
    }
}
