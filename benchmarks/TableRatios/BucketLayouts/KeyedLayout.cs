using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TableRatios.BucketLayouts;

/// <summary>Four slots of a key of 64 bits and a row number plus one; 0 there is an empty slot. An id is found without its row.</summary>
internal readonly unsafe struct KeyedLayout(byte* buckets, uint count) : IBucketLayout<KeyedLayout>
{
    private const int RowsOffset = 32, NotFound = -1, BucketBytes = 64;

    public static string Name => "keyed4";

    public static int Slots => 4;

    public static KeyedLayout Over(byte* buckets, uint count) => new(buckets, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint First(ulong hash) => Hash.Scale((uint)hash, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Second(ulong hash) => Hash.Scale((uint)(hash >> 32), count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Guess(long id, ulong hash)
    {
        var row = FindIn(First(hash), id);
        return row != NotFound ? row : FindIn(Second(hash), id);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(long id, ulong hash, int guess, LayoutRows rows) => guess;

    public int EmptySlot(uint bucket)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (Row(bucket, slot) == 0) return slot;
        }
        return -1;
    }

    public uint Other(uint bucket, int slot)
    {
        var hash = Hash.Mix(Key(bucket, slot));
        return First(hash) == bucket ? Second(hash) : First(hash);
    }

    public void Set(uint bucket, int slot, long id, ulong hash, int row)
    {
        Key(bucket, slot) = id;
        Row(bucket, slot) = row + 1;
    }

    public void Move(uint from, int slot, uint to, int hole)
    {
        Key(to, hole) = Key(from, slot);
        Row(to, hole) = Row(from, slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindIn(uint bucket, long id)
    {
        // An empty slot holds the key 0 and no row, and so says itself that the id 0 is not there.
        for (var match = Vector256.Equals(Vector256.Load((long*)At(bucket)), Vector256.Create(id))
            .ExtractMostSignificantBits(); match != 0; match &= match - 1)
        {
            var row = Row(bucket, BitOperations.TrailingZeroCount(match));
            if (row != 0) return row - 1;
        }
        return NotFound;
    }

    private ref long Key(uint bucket, int slot) => ref ((long*)At(bucket))[slot];

    private ref int Row(uint bucket, int slot) => ref ((int*)(At(bucket) + RowsOffset))[slot];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(uint bucket) => buckets + (long)bucket * BucketBytes;
}
