using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// Floats as bytes on an even grid from the smallest to the largest: value = smallest + code x step. Codes are calculated in doubles: in
/// floats, the quotient's error alone would exceed the unit in the last place that is promised, and the span of the widest rows would be
/// infinite.
/// </summary>
internal static class AffineCodes
{
    private const int LargestCode = 255, Lane = 8;

    /// <summary>The smallest and the largest of finite values; zeros where there are none.</summary>
    public static (float Smallest, float Largest) Range(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return default;
        var (smallest, largest, i) = (values[0], values[0], 0);
        if (Vector256.IsHardwareAccelerated && values.Length >= Lane)
        {
            var (low, high) = (Vector256.Create(smallest), Vector256.Create(largest));
            for (; i + Lane <= values.Length; i += Lane)
            {
                var lane = Vector256.Create(values[i..]);
                (low, high) = (Vector256.Min(low, lane), Vector256.Max(high, lane));
            }
            for (var j = 0; j < Lane; j++) (smallest, largest) = (Math.Min(smallest, low[j]), Math.Max(largest, high[j]));
        }
        for (; i < values.Length; i++) (smallest, largest) = (Math.Min(smallest, values[i]), Math.Max(largest, values[i]));
        // A sum with zero has no negative zero, so that it does not matter in which order zeros were met.
        return (smallest + 0f, largest + 0f);
    }

    /// <summary>
    /// A 255th of the span, rounded up, so that the last code reaches the largest value even where steps are few units of the smallest
    /// float; or down, where the last code would be infinite.
    /// </summary>
    public static float Step(float smallest, float largest)
    {
        var exact = ((double)largest - smallest) / LargestCode;
        var step = (float)exact;
        if (step < exact) step = MathF.BitIncrement(step);
        return smallest + (double)LargestCode * step > float.MaxValue ? MathF.BitDecrement(step) : step;
    }

    /// <summary>The code nearest to each value.</summary>
    /// <param name="values">From <paramref name="smallest"/> up.</param>
    /// <param name="smallest">The value of code 0.</param>
    /// <param name="step">See <see cref="Step"/>; where it is 0, all codes are.</param>
    /// <param name="codes">Receives as many codes.</param>
    public static void Encode(ReadOnlySpan<float> values, float smallest, float step, Span<byte> codes)
    {
        codes = codes[..values.Length];
        if (step == 0) codes.Clear();
        else EncodeScalar(values, smallest, step, codes, Vector256.IsHardwareAccelerated ? EncodeLanes(values, smallest, step, codes) : 0);
    }

    /// <summary>The values of codes.</summary>
    public static void Decode(ReadOnlySpan<byte> codes, float smallest, float step, Span<float> values)
    {
        values = values[..codes.Length];
        DecodeScalar(codes, smallest, step, values, Vector256.IsHardwareAccelerated ? DecodeLanes(codes, smallest, step, values) : 0);
    }

    internal static void EncodeScalar(ReadOnlySpan<float> values, float smallest, float step, Span<byte> codes, int i)
    {
        for (; i < values.Length; i++) codes[i] = (byte)(int)(((double)values[i] - smallest) / step + 0.5);
    }

    internal static void DecodeScalar(ReadOnlySpan<byte> codes, float smallest, float step, Span<float> values, int i)
    {
        for (; i < codes.Length; i++) values[i] = MathF.FusedMultiplyAdd(codes[i], step, smallest);
    }

    private static int EncodeLanes(ReadOnlySpan<float> values, float smallest, float step, Span<byte> codes)
    {
        var i = 0;
        for (; i + Lane <= values.Length; i += Lane)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(values[i..]));
            // Whole numbers of up to 255, which floats hold as well as doubles.
            var whole = Vector256.Narrow(Codes(low, smallest, step), Codes(high, smallest, step));
            var words = Vector256.Narrow(Vector256.ConvertToInt32(whole), default).GetLower().AsUInt16();
            Unsafe.WriteUnaligned(ref codes[i], Vector128.Narrow(words, words).AsUInt64().ToScalar());
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Codes(Vector256<double> values, double smallest, double step) =>
        Vector256.Floor((values - Vector256.Create(smallest)) / Vector256.Create(step) + Vector256.Create(0.5));

    private static int DecodeLanes(ReadOnlySpan<byte> codes, float smallest, float step, Span<float> values)
    {
        var i = 0;
        ref var to = ref MemoryMarshal.GetReference(values);
        for (; i + Lane <= codes.Length; i += Lane)
        {
            var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in codes[i])).AsByte());
            var whole = Vector256.ConvertToSingle(Vector256.WidenLower(words.ToVector256Unsafe()).AsInt32());
            Vector256.FusedMultiplyAdd(whole, Vector256.Create(step), Vector256.Create(smallest)).StoreUnsafe(ref to, (nuint)i);
        }
        return i;
    }
}
