using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Streams.Joining.Index;

/// <summary>
/// The slots of the hashes with the same upper bits, in the order of their hashes: linear probing whose displaced slots are sorted. So a
/// search ends at the first greater hash, a removal moves what follows back by one, and growing is one pass from front to back.
/// </summary>
internal sealed class JoinIndexPart : IDisposable
{
    /// <summary>How many upper bits of a hash choose the part.</summary>
    public const int PartBits = 8;

    /// <summary>How much larger the next size is.</summary>
    public const double Growth = 1.2;

    private const double MostFill = 0.85, LeastFill = MostFill / Growth / Growth;
    private const int FirstTail = 16;

    private readonly double _smallest;
    private readonly MemoryAccount _account;
    private NativeArray<JoinSlot>? _slots;
    private double _size;
    private int _homes;

    /// <param name="smallest">How many homes it begins with.</param>
    /// <param name="account">Pays for the memory.</param>
    public JoinIndexPart(double smallest, MemoryAccount account) => (_smallest, _size, _account) = (smallest, smallest, account);

    /// <summary>How many slots are occupied.</summary>
    public int Count { get; private set; }

    /// <summary>Its slots, the empty ones too.</summary>
    public Span<JoinSlot> Slots => _slots is null ? [] : _slots.Slice(0, (int)_slots.Length);

    /// <summary>Where to begin to look for a hash.</summary>
    public int HomeOf(ulong hash) => HomeOf(hash, _homes);

    /// <summary>Adds a slot behind those of its hash.</summary>
    /// <exception cref="OutOfMemoryException">The system has no more; nothing was added.</exception>
    public void Add(in JoinSlot slot)
    {
        if (_slots is null || Count + 1 > MostFill * _homes) Resize(_slots is null ? _size : _size * Growth, FirstTail);
        while (!TryAdd(slot)) Resize(_size, ((int)_slots!.Length - _homes) * 2);
        Count++;
    }

    /// <summary>Removes the slot at a position, and moves what follows it nearer to its home.</summary>
    public void RemoveAt(int position)
    {
        var slots = Slots;
        var end = position + 1;
        while (end < slots.Length && slots[end].IsOccupied && HomeOf(slots[end].Hash) < end) end++;
        slots[(position + 1)..end].CopyTo(slots[position..]);
        slots[end - 1] = default;
        Count--;
        Shrink();
    }

    /// <summary>Removes all.</summary>
    public void Dispose()
    {
        _slots?.Dispose();
        (_slots, _homes, _size, Count) = (null, 0, _smallest, 0);
    }

    private static int HomeOf(ulong hash, int homes) => (int)Math.BigMul(hash << PartBits, (ulong)homes, out _);

    private bool TryAdd(in JoinSlot slot)
    {
        var slots = Slots;
        var position = HomeOf(slot.Hash);
        while (position < slots.Length && slots[position].IsOccupied && slots[position].Hash <= slot.Hash) position++;
        var end = position;
        while (end < slots.Length && slots[end].IsOccupied) end++;
        if (end >= slots.Length) return false;
        slots[position..end].CopyTo(slots[(position + 1)..]);
        slots[position] = slot;
        return true;
    }

    // Memory that is wanted back must not be refused for want of memory.
    private void Shrink()
    {
        if (Count == 0) Dispose();
        else if (Count < LeastFill * _homes && _size / Growth >= _smallest)
        {
            try
            {
                Resize(_size / Growth, FirstTail);
            }
            catch (OutOfMemoryException)
            {
                // It stays as it is, and the next removal tries again.
            }
        }
    }

    private void Resize(double size, int tail)
    {
        var homes = (int)Math.Ceiling(size);
        NativeArray<JoinSlot> slots;
        while (!TryCopy(slots = new NativeArray<JoinSlot>(homes + tail, _account), homes))
        {
            slots.Dispose();
            tail *= 2;
        }
        _slots?.Dispose();
        (_slots, _size, _homes) = (slots, size, homes);
    }

    private bool TryCopy(NativeArray<JoinSlot> array, int homes)
    {
        var slots = array.Slice(0, (int)array.Length);
        var position = 0;
        foreach (ref readonly var slot in Slots)
        {
            if (!slot.IsOccupied) continue;
            position = Math.Max(position, HomeOf(slot.Hash, homes));
            if (position == slots.Length) return false;
            slots[position++] = slot;
        }
        return true;
    }
}
