using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TableRatios.BucketLayouts;

/// <summary>Eight slots of a tag of 16 bits and a row number; the key stands in the row's header. A tag of 0 is an empty slot.</summary>
internal readonly unsafe struct TaggedLayout<TMark>(byte* buckets, uint count) : IBucketLayout<TaggedLayout<TMark>>
    where TMark : struct, IMark
{
    private const int RowsOffset = 16, MarkOffset = 48, NotFound = -1, BucketBytes = 64;

    public static string Name => "tagged8" + TMark.Name;

    public static int Slots => 8;

    public static TaggedLayout<TMark> Over(byte* buckets, uint count) => new(buckets, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint First(ulong hash) => Hash.Scale((uint)hash, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Second(ulong hash) => Alternate(First(hash), Tag(hash));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(long id, ulong hash)
    {
        var (tag, bucket) = (Tag(hash), First(hash));
        var match = Match(bucket, tag);
        if (match == 0)
        {
            if (TMark.IsKept && (Mark(bucket) & Bit(tag)) == 0) return NotFound;
            bucket = Alternate(bucket, tag);
            match = Match(bucket, tag);
            if (match == 0) return NotFound;
        }
        return Row(bucket, BitOperations.TrailingZeroCount(match));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(long id, ulong hash, int guess, LayoutRows rows) => rows.Key(guess) == id ? guess : Search(id, hash, rows);

    public int EmptySlot(uint bucket) => Match(bucket, 0) is var empty and not 0 ? BitOperations.TrailingZeroCount(empty) : -1;

    public uint Other(uint bucket, int slot) => Alternate(bucket, TagAt(bucket, slot));

    public void Set(uint bucket, int slot, long id, ulong hash, int row)
    {
        TagAt(bucket, slot) = Tag(hash);
        Row(bucket, slot) = row;
        if (TMark.IsKept && bucket != First(hash)) Mark(First(hash)) |= Bit(Tag(hash));
    }

    public void Move(uint from, int slot, uint to, int hole)
    {
        TagAt(to, hole) = TagAt(from, slot);
        Row(to, hole) = Row(from, slot);
        // Which of the two is looked for first is unknown without the key; a mark too many does no harm.
        if (TMark.IsKept) Mark(from) |= Bit(TagAt(from, slot));
    }

    private int Search(long id, ulong hash, LayoutRows rows)
    {
        var row = SearchIn(First(hash), id, Tag(hash), rows);
        return row != NotFound ? row : SearchIn(Second(hash), id, Tag(hash), rows);
    }

    private int SearchIn(uint bucket, long id, ushort tag, LayoutRows rows)
    {
        for (var match = Match(bucket, tag); match != 0; match &= match - 1)
        {
            var row = Row(bucket, BitOperations.TrailingZeroCount(match));
            if (rows.Key(row) == id) return row;
        }
        return NotFound;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Tag(ulong hash) => (ushort)(hash >> 32) is var tag and not 0 ? tag : (ushort)1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Alternate(uint bucket, ushort tag)
    {
        var sum = Hash.Scale(tag * 0x9E3779B1u, count);
        return sum >= bucket ? sum - bucket : sum + count - bucket;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Match(uint bucket, ushort tag) =>
        Vector128.Equals(Vector128.Load((ushort*)At(bucket)), Vector128.Create(tag)).ExtractMostSignificantBits();

    private ref ushort TagAt(uint bucket, int slot) => ref ((ushort*)At(bucket))[slot];

    private ref int Row(uint bucket, int slot) => ref ((int*)(At(bucket) + RowsOffset))[slot];

    private ref ulong Mark(uint bucket) => ref *(ulong*)(At(bucket) + MarkOffset);

    private static ulong Bit(ushort tag) => 1UL << (tag & 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(uint bucket) => buckets + (long)bucket * BucketBytes;
}
