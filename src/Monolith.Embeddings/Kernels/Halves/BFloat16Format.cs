using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// bfloat16: the upper half of a float, 8 bits of exponent and 8 of precision. The range of floats, subnormal numbers included.
/// </summary>
internal readonly struct BFloat16Format : IHalfFormat
{
    private const uint FloatInfinity = 0x7F800000, Magnitude = 0x7FFFFFFF, Quiet = 0x40;

    public static uint Infinity => 0x7F80;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Decode<TLane>(TLane words)
        where TLane : unmanaged, IWordLane<TLane> => words << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EncodeNearest<TLane>(TLane floats)
        where TLane : unmanaged, IWordLane<TLane> =>
        // Half a step less one, and one more where the word below is odd: so a tie goes up to the even one alone.
        Encode(floats, TLane.Broadcast(0x7FFF) + ((floats >>> 16) & TLane.Broadcast(1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EncodeStochastic<TLane>(TLane floats, TLane random)
        where TLane : unmanaged, IWordLane<TLane> => Encode(floats, random >>> 16);

    // What is added to the bits carries into the exponent where it must, and from the largest number into infinity; a NaN it would turn
    // into something else.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Encode<TLane>(TLane floats, TLane added)
        where TLane : unmanaged, IWordLane<TLane>
    {
        var notANumber = (floats >>> 16) | TLane.Broadcast(Quiet);
        return TLane.SelectLess(TLane.Broadcast(FloatInfinity), floats & TLane.Broadcast(Magnitude), notANumber, (floats + added) >>> 16);
    }
}
