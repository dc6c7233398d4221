using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>
/// Buckets of eight places, and a row for each place: the lines of the buckets first, then the rows. Immutable in size: growth makes new
/// ones. A thread that has entered the <see cref="Reclaimer"/> may ask for hints without the stripe's lock: what it reads may be half
/// changed, and is no more than a guess.
/// </summary>
internal sealed unsafe class RowBuckets : INativeMemory
{
    /// <summary>A hint: the id is likely to be in neither bucket.</summary>
    public const int LikelyAbsent = -1;

    // The bits that choose the second bucket: apart from those that choose the first one and the stripe, as far as either decides.
    private const int SecondShift = 22;

    private readonly NativeBlock _block;
    private readonly byte* _lines;
    private readonly byte* _rows;
    private readonly int _rowBytes;

    /// <param name="count">How many buckets, at least 2.</param>
    /// <param name="rowBytes">The length of a row.</param>
    /// <param name="account">Gives the memory.</param>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public RowBuckets(uint count, int rowBytes, MemoryAccount account)
    {
        (Count, _rowBytes) = (count, rowBytes);
        _block = account.Allocate(count * (long)BytesOf(rowBytes));
        _lines = _block.Pointer;
        _rows = _lines + count * (long)KeyLine.Bytes;
        // The block is zeroed, and zero is what is empty everywhere else.
        new Span<ulong>(_lines, KeyLine.Slots).Fill(KeyLine.Empty(0));
    }

    public uint Count { get; }

    public long Bytes => _block.Bytes;

    public long Places => (long)Count * KeyLine.Slots;

    public KeyLine this[uint bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new((ulong*)(_lines + bucket * (long)KeyLine.Bytes));
    }

    /// <summary>What a bucket takes with its rows.</summary>
    public static int BytesOf(int rowBytes) => KeyLine.Bytes + KeyLine.Slots * rowBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint First(ulong key) => Scale((uint)key);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Second(ulong key) => Scale((uint)(key >> SecondShift));

    /// <summary>The other bucket of a key that is in one of its two.</summary>
    public uint Other(uint bucket, ulong key) => First(key) == bucket ? Second(key) : First(key);

    /// <summary>The row of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Row(int place) => new(_rows + place * (long)_rowBytes, _rowBytes);

    /// <summary>Whether a place, which may be any number, holds a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int place, ulong key) => (ulong)place < (ulong)Places && ((ulong*)_lines)[place] == key && IsHome(place, key);

    /// <summary>The place of a key, or <see cref="LikelyAbsent"/>.</summary>
    public int Find(ulong key)
    {
        var place = FindIn(First(key), key);
        return place >= 0 ? place : FindIn(Second(key), key);
    }

    /// <summary>An empty place of a bucket, or -1.</summary>
    public int FindEmpty(uint bucket) => FindIn(bucket, KeyLine.Empty(bucket));

    /// <summary>Fetches the first bucket of each key.</summary>
    public void Prefetch(ulong* keys, int count)
    {
        for (var i = 0; i < count; i++) Memory.Prefetch.Line(this[First(keys[i])].Address);
    }

    /// <summary>Looks for keys in their first buckets, and fetches the second bucket of those that are not there.</summary>
    /// <param name="keys">The mixed ids.</param>
    /// <param name="guesses">Receives the likely place of each, or <see cref="LikelyAbsent"/>.</param>
    /// <param name="strays">Receives which are to be asked for by <see cref="GuessSecond"/>.</param>
    /// <param name="count">How many, at most 256.</param>
    /// <returns>How many strays.</returns>
    public int GuessFirst(ulong* keys, int* guesses, byte* strays, int count)
    {
        var strayCount = 0;
        for (var i = 0; i < count; i++)
        {
            guesses[i] = FindIn(First(keys[i]), keys[i]);
            strays[strayCount] = (byte)i;
            strayCount += guesses[i] < 0 ? 1 : 0;
        }
        for (var i = 0; i < strayCount; i++) Memory.Prefetch.Line(this[Second(keys[strays[i]])].Address);
        return strayCount;
    }

    /// <summary>Looks for strays in their second buckets.</summary>
    public void GuessSecond(ulong* keys, int* guesses, ReadOnlySpan<byte> strays)
    {
        foreach (var stray in strays) guesses[stray] = FindIn(Second(keys[stray]), keys[stray]);
    }

    /// <summary>Fetches the rows of likely places; negative ones are passed over.</summary>
    public void PrefetchRows(int* places, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if ((ulong)places[i] < (ulong)Places) Memory.Prefetch.Lines(_rows + places[i] * (long)_rowBytes, _rowBytes);
        }
    }

    public void Dispose() => _block.Dispose();

    // An empty place's key is never looked for here, but a hint may name any place.
    private bool IsHome(int place, ulong key)
    {
        var bucket = (uint)place / KeyLine.Slots;
        return First(key) == bucket || Second(key) == bucket;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindIn(uint bucket, ulong key)
    {
        var match = this[bucket].Match(key);
        return match == 0 ? LikelyAbsent : (int)(bucket * KeyLine.Slots) + BitOperations.TrailingZeroCount(match);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Scale(uint value) => (uint)(((ulong)value * Count) >> 32);
}
