using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>Rounds to the nearest, ties to even.</summary>
internal readonly struct NearestEncoder<TFormat> : IHalfEncoder
    where TFormat : struct, IHalfFormat
{
    public static uint Infinity => TFormat.Infinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Encode<TLane>(TLane floats, TLane counter)
        where TLane : unmanaged, IWordLane<TLane> => TFormat.EncodeNearest(floats);
}
