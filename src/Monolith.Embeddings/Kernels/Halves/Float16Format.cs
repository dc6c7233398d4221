using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// IEEE 754 binary16: 5 bits of exponent and 11 of precision. Up to 65,504; below 2^-14, its subnormal numbers are the multiples of 2^-24.
/// </summary>
internal readonly struct Float16Format : IHalfFormat
{
    private const int DroppedBits = 13;
    private const uint Magnitude = 0x7FFFFFFF, FloatInfinity = 0x7F800000, QuietNaN = 0x7E00;

    /// <summary>2^16, from where on nothing is finite, and 2^-14, from where on words are normal, as bits of floats.</summary>
    private const uint TooLarge = 0x47800000, SmallestNormal = 0x38800000;

    /// <summary>The difference of the biases of the exponents, in the place of the exponent of a float.</summary>
    private const uint Bias = 112u << 23;

    /// <summary>2^24, 2^-24, and 1/2, whose last place is 2^-24, as bits of floats.</summary>
    private const uint StepsInOne = 0x4B800000, Step = 0x33800000, Half = 0x3F000000;

    public static uint Infinity => 0x7C00;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Decode<TLane>(TLane words)
        where TLane : unmanaged, IWordLane<TLane>
    {
        var magnitude = words & TLane.Broadcast(0x7FFF);
        var normal = (magnitude << DroppedBits) + TLane.Broadcast(Bias);
        var special = normal + TLane.Broadcast(Bias);
        var subnormal = TLane.MultiplyFloats(TLane.ToFloats(magnitude), TLane.Broadcast(Step));
        var decoded = TLane.SelectLess(magnitude, TLane.Broadcast(Infinity), normal, special);
        decoded = TLane.SelectLess(magnitude, TLane.Broadcast(SmallestNormal - Bias >> DroppedBits), subnormal, decoded);
        return decoded | ((words & TLane.Broadcast(0x8000)) << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EncodeNearest<TLane>(TLane floats)
        where TLane : unmanaged, IWordLane<TLane>
    {
        var magnitude = floats & TLane.Broadcast(Magnitude);
        // Half a step less one, and one more where the word below is odd: so a tie goes up to the even one alone.
        var added = TLane.Broadcast((1u << (DroppedBits - 1)) - 1) + ((magnitude >>> DroppedBits) & TLane.Broadcast(1));
        // A sum with 1/2 is rounded to a multiple of 2^-24, by the adder's own rule, which is the same.
        var half = TLane.Broadcast(Half);
        return Assemble(floats, magnitude, added, TLane.AddFloats(magnitude, half) - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EncodeStochastic<TLane>(TLane floats, TLane random)
        where TLane : unmanaged, IWordLane<TLane>
    {
        var magnitude = floats & TLane.Broadcast(Magnitude);
        var steps = TLane.MultiplyFloats(magnitude, TLane.Broadcast(StepsInOne));
        var whole = TLane.ToIntegers(steps);
        // Both the part of a step and 24 random bits are exact floats of at least 0, which compare as their bits do.
        var part = TLane.SubtractFloats(steps, TLane.ToFloats(whole));
        var draw = TLane.MultiplyFloats(TLane.ToFloats(random >>> 8), TLane.Broadcast(Step));
        var subnormal = TLane.SelectLess(draw, part, whole + TLane.Broadcast(1), whole);
        return Assemble(floats, magnitude, random >>> (32 - DroppedBits), subnormal);
    }

    // What is added to the bits of a normal number carries into the exponent where it must, and from the largest one into infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Assemble<TLane>(TLane floats, TLane magnitude, TLane added, TLane subnormal)
        where TLane : unmanaged, IWordLane<TLane>
    {
        var normal = (magnitude - TLane.Broadcast(Bias) + added) >>> DroppedBits;
        var encoded = TLane.SelectLess(magnitude, TLane.Broadcast(SmallestNormal), subnormal, normal);
        encoded = TLane.SelectLess(magnitude, TLane.Broadcast(TooLarge), encoded, TLane.Broadcast(Infinity));
        encoded = TLane.SelectLess(TLane.Broadcast(FloatInfinity), magnitude, TLane.Broadcast(QuietNaN), encoded);
        return encoded | ((floats >>> 16) & TLane.Broadcast(0x8000));
    }
}
