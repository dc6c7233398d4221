using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.Joining.Index;

/// <summary>
/// From the hash of a key to places of the journal: 16 bytes a slot, in native memory. One hash may have several places, of one key or of
/// several; they stay in the order in which they came. Parts grow and shrink one by one, at sizes of their own, so that a growth needs room
/// for one of them beside the rest. Not thread-safe.
/// </summary>
internal sealed class JoinIndex : IDisposable
{
    private const int FewestHomes = 8;

    private readonly JoinIndexPart[] _parts = new JoinIndexPart[1 << JoinIndexPart.PartBits];

    /// <param name="account">Pays for the memory.</param>
    public JoinIndex(MemoryAccount account)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            // At any time some part has just grown and some is about to: together they are always about as full.
            var smallest = FewestHomes * (1 + ((JoinIndexPart.Growth - 1) * i / _parts.Length));
            _parts[i] = new JoinIndexPart(smallest, account);
        }
    }

    /// <summary>How many places it has.</summary>
    public long Count { get; private set; }

    /// <summary>The memory that the slots take.</summary>
    public long Bytes
    {
        get
        {
            var slots = 0L;
            foreach (var part in _parts) slots += part.Slots.Length;
            return slots * (sizeof(ulong) * 2);
        }
    }

    /// <summary>
    /// A place at or before all that it has, which the journal moves on as it is trimmed: 40 bits of each are kept. All lie less than 2^40
    /// bytes behind it.
    /// </summary>
    public long Start { get; set; }

    /// <summary>Adds a place. That the key has none yet is the caller's to see to, if it must not.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="offset">The place.</param>
    /// <param name="flags">0 to 2^23 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The place lies too far from <see cref="Start"/>, or the flags do not fit.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more; nothing was added.</exception>
    public void Add(ulong hash, long offset, int flags)
    {
        RequireFits(offset, flags);
        PartOf(hash).Add(new JoinSlot(hash, offset, flags));
        Count++;
    }

    /// <summary>Finds the first place of a key, or the next.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="key">The key, which is asked about each place of the hash.</param>
    /// <param name="after">The place before, as it was found; -1 for the first.</param>
    /// <param name="offset">The place.</param>
    /// <param name="flags">Its flags.</param>
    public bool TryFind<TKey>(ulong hash, ref TKey key, long after, out long offset, out int flags)
        where TKey : IJoinKey, allows ref struct
    {
        var part = PartOf(hash);
        var slots = part.Slots;
        var isBehind = after < 0;
        for (var i = First(part, slots, hash); i < slots.Length && slots[i].IsOccupied && slots[i].Hash == hash; i++)
        {
            (offset, flags) = (slots[i].Offset(Start), slots[i].Flags);
            if (isBehind && key.IsAt(offset)) return true;
            isBehind |= offset == after;
        }
        (offset, flags) = (-1, 0);
        return false;
    }

    /// <summary>Gives a place other flags.</summary>
    /// <returns>False where it is not there.</returns>
    public bool TrySetFlags(ulong hash, long offset, int flags)
    {
        RequireFits(offset, flags);
        var part = PartOf(hash);
        if (PositionOf(part, hash, offset) is not (>= 0 and var position)) return false;
        part.Slots[position] = new JoinSlot(hash, offset, flags);
        return true;
    }

    /// <summary>Removes a place.</summary>
    /// <returns>False where it was not there.</returns>
    public bool Remove(ulong hash, long offset)
    {
        var part = PartOf(hash);
        if (PositionOf(part, hash, offset) is not (>= 0 and var position)) return false;
        part.RemoveAt(position);
        Count--;
        return true;
    }

    /// <summary>Removes all, and gives the memory back.</summary>
    public void Clear()
    {
        foreach (var part in _parts) part.Dispose();
        Count = 0;
    }

    public void Dispose() => Clear();

    private static int First(JoinIndexPart part, ReadOnlySpan<JoinSlot> slots, ulong hash)
    {
        var position = part.HomeOf(hash);
        while (position < slots.Length && slots[position].IsOccupied && slots[position].Hash < hash) position++;
        return position;
    }

    private int PositionOf(JoinIndexPart part, ulong hash, long offset)
    {
        var slots = part.Slots;
        for (var i = First(part, slots, hash); i < slots.Length && slots[i].IsOccupied && slots[i].Hash == hash; i++)
        {
            if (slots[i].Offset(Start) == offset) return i;
        }
        return -1;
    }

    private JoinIndexPart PartOf(ulong hash) => _parts[hash >> (64 - JoinIndexPart.PartBits)];

    private void RequireFits(long offset, int flags)
    {
        if (offset < Start || offset - Start >= 1L << JoinSlot.OffsetBits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"Place {offset} of the journal is not within 2^{JoinSlot.OffsetBits} bytes of its start {Start}.");
        }
        if ((uint)flags >= 1u << JoinSlot.FlagBits)
            throw new ArgumentOutOfRangeException(nameof(flags), $"{flags} does not fit into {JoinSlot.FlagBits} bits.");
    }
}
