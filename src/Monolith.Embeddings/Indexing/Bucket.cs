using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// One cache line of the index: eight tags of 16 bits, eight row handles of 32 bits, a bit for each place whose id starts elsewhere, and,
/// for each of eight classes of tags, how many ids that start here live elsewhere (8 bits). A tag of 0 is an empty place. The key itself
/// stands in the row's header, on a line that is read anyway.
/// </summary>
internal readonly unsafe struct Bucket(byte* address)
{
    public const int Bytes = 64;
    public const int Slots = 8;

    private const int HandlesOffset = Slots * sizeof(ushort);
    private const int GuestsOffset = HandlesOffset + Slots * sizeof(int);
    private const int StraysOffset = Bytes - TagClasses;
    private const int TagClasses = 8;

    public byte* Address => address;

    private ref byte Guests => ref address[GuestsOffset];

    public ushort Tag(int slot) => ((ushort*)address)[slot];

    public ref int Handle(int slot) => ref ((int*)(address + HandlesOffset))[slot];

    /// <summary>
    /// Whether an id of that tag may have this bucket as its first and live in its second, or on the overflow list. Where not, an id that
    /// is not here is nowhere, and its second bucket need not be read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHaveStray(ushort tag) => Strays(tag) != 0;

    /// <summary>
    /// Counts an id that lives elsewhere. A count that reached its largest number stays there, since it is not known how many it stands
    /// for.
    /// </summary>
    public void AddStray(ushort tag)
    {
        ref var strays = ref Strays(tag);
        if (strays < byte.MaxValue) strays++;
    }

    public void RemoveStray(ushort tag)
    {
        ref var strays = ref Strays(tag);
        if (strays < byte.MaxValue) strays--;
    }

    /// <summary>Whether the id in a place has this bucket as its second.</summary>
    public bool IsGuest(int slot) => (Guests & 1 << slot) != 0;

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

    /// <summary>A bit for the place that holds the tag and the handle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Match(ushort tag, int handle)
    {
        var match = Match(tag);
        if (Vector256.IsHardwareAccelerated)
            return match & Vector256.Equals(Vector256.Load((int*)(address + HandlesOffset)), Vector256.Create(handle))
                .ExtractMostSignificantBits();
        var mask = 0u;
        for (; match != 0; match &= match - 1)
        {
            if (Handle(BitOperations.TrailingZeroCount(match)) == handle) mask |= match & (0 - match);
        }
        return mask;
    }

    public void Set(int slot, ushort tag, int handle, bool isGuest)
    {
        ((ushort*)address)[slot] = tag;
        Handle(slot) = handle;
        Guests = (byte)(isGuest ? Guests | 1 << slot : Guests & ~(1 << slot));
    }

    public void Clear(int slot) => Set(slot, 0, 0, false);

    /// <summary>Moves the id of a place to its other bucket.</summary>
    public void MoveTo(Bucket other, int otherSlot, int slot)
    {
        var returnsHome = IsGuest(slot);
        if (returnsHome) other.RemoveStray(Tag(slot));
        else AddStray(Tag(slot));
        other.Set(otherSlot, Tag(slot), Handle(slot), !returnsHome);
    }

    private ref byte Strays(ushort tag) => ref address[StraysOffset + (tag & (TagClasses - 1))];
}
