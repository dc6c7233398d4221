using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// One cache line of the index: eight tags of 16 bits, eight row handles of 32 bits, and 16 bytes unused. A tag of 0 is an empty place.
/// The key itself stands in the row's header, on a line that is read anyway.
/// </summary>
internal readonly unsafe struct Bucket(byte* address)
{
    public const int Bytes = 64;
    public const int Slots = 8;

    private const int HandlesOffset = Slots * sizeof(ushort);

    public ref ushort Tag(int slot) => ref ((ushort*)address)[slot];

    public ref int Handle(int slot) => ref ((int*)(address + HandlesOffset))[slot];

    /// <summary>A bit for each place that holds the tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Match(ushort tag)
    {
        if (Vector128.IsHardwareAccelerated)
            return Vector128.Equals(Vector128.LoadAligned((ushort*)address), Vector128.Create(tag)).ExtractMostSignificantBits();
        var mask = 0u;
        for (var slot = 0; slot < Slots; slot++)
        {
            if (Tag(slot) == tag) mask |= 1u << slot;
        }
        return mask;
    }

    public void Set(int slot, ushort tag, int handle)
    {
        Tag(slot) = tag;
        Handle(slot) = handle;
    }

    public void Clear(int slot) => Set(slot, 0, 0);
}
