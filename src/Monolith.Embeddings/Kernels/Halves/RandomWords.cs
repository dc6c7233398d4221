using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>
/// 32 random bits for each number of a counter, from a key of 64: the same at every width. The words of 2^32 counts are all different, for
/// each round is a bijection (lowbias32 of C. Wellons, Hash Prospector 2018).
/// </summary>
internal static class RandomWords
{
    private const uint Golden = 0x9E3779B9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Draw<TLane>(ulong key, TLane counter)
        where TLane : unmanaged, IWordLane<TLane> =>
        Mix(Mix(counter * TLane.Broadcast(Golden) + TLane.Broadcast((uint)key)) ^ TLane.Broadcast((uint)(key >> 32)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Mix<TLane>(TLane word)
        where TLane : unmanaged, IWordLane<TLane>
    {
        word = (word ^ (word >>> 16)) * TLane.Broadcast(0x7FEB352D);
        word = (word ^ (word >>> 15)) * TLane.Broadcast(0x846CA68B);
        return word ^ (word >>> 16);
    }
}
