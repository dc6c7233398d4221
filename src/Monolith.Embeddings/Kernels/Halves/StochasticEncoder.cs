using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// Rounds up or down at random, so that the mean is the float itself; by what depends on the key and the float's place alone.
/// </summary>
internal readonly struct StochasticEncoder<TFormat>(ulong key) : IHalfEncoder
    where TFormat : struct, IHalfFormat
{
    public static uint Infinity => TFormat.Infinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Encode<TLane>(TLane floats, TLane counter)
        where TLane : unmanaged, IWordLane<TLane> => TFormat.EncodeStochastic(floats, RandomWords.Draw(key, counter));
}
