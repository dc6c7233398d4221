namespace Monolith.Embeddings.Streams.Joining.Index;

/// <summary>A place of the index as it lies in memory: 16 bytes; an empty one is all zeros.</summary>
internal readonly struct JoinSlot
{
    /// <summary>How many bits of a journal's place are kept.</summary>
    public const int OffsetBits = 40;

    /// <summary>How many flags there are room for.</summary>
    public const int FlagBits = 23;

    private const ulong OffsetMask = (1UL << OffsetBits) - 1;
    private const ulong Occupied = 1UL << 63;

    private readonly ulong _value;

    public JoinSlot(ulong hash, long offset, int flags) =>
        (Hash, _value) = (hash, Occupied | ((ulong)flags << OffsetBits) | ((ulong)offset & OffsetMask));

    public ulong Hash { get; }

    public bool IsOccupied => _value != 0;

    public int Flags => (int)((_value & ~Occupied) >> OffsetBits);

    /// <summary>The whole place in the journal, whose living part is shorter than 2^40 bytes.</summary>
    /// <param name="start">A place at or before it, by less than that.</param>
    public long Offset(long start) => start + (long)((_value - (ulong)start) & OffsetMask);
}
