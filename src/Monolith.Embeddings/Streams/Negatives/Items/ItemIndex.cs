using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>From an item's id to its place, by linear probing at most half full. Derived: rebuilt when a state is restored.</summary>
/// <param name="items">The items, whose ids it compares.</param>
internal sealed class ItemIndex(VersionedArray<KnownItem> items)
{
    // A place plus 1; 0 is free.
    private int[] _slots = new int[64];
    private int _count;

    /// <summary>The bytes that it takes.</summary>
    public long Bytes => (long)_slots.Length * sizeof(int);

    /// <summary>The place of an id, or -1.</summary>
    public int Find(long id)
    {
        for (var slot = Home(id); ; slot = Next(slot))
        {
            var place = _slots[slot] - 1;
            if (place < 0 || items[place].Id == id) return place;
        }
    }

    /// <summary>Adds a place, whose id is not there.</summary>
    public void Add(int place)
    {
        if (2 * (_count + 1) > _slots.Length) Grow();
        Put(place);
        _count++;
    }

    /// <summary>Says that an id lies at another place now.</summary>
    public void Move(long id, int from, int to)
    {
        var slot = Home(id);
        while (_slots[slot] != from + 1) slot = Next(slot);
        _slots[slot] = to + 1;
    }

    /// <summary>Removes an id that is at a place, and moves up what was displaced behind it.</summary>
    public void Remove(int place)
    {
        var hole = Home(items[place].Id);
        while (_slots[hole] != place + 1) hole = Next(hole);
        _count--;
        for (var slot = Next(hole); _slots[slot] != 0; slot = Next(slot))
        {
            var home = Home(items[_slots[slot] - 1].Id);
            var mask = _slots.Length - 1;
            if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
            _slots[hole] = _slots[slot];
            hole = slot;
        }
        _slots[hole] = 0;
    }

    /// <summary>Rebuilds it for the first items, whose number is given.</summary>
    public void Rebuild(int count)
    {
        var size = _slots.Length;
        while (size < 2L * count) size *= 2;
        if (size > _slots.Length) _slots = new int[size];
        else _slots.AsSpan().Clear();
        _count = count;
        for (var place = 0; place < count; place++) Put(place);
    }

    private void Grow()
    {
        var before = _slots;
        _slots = new int[2 * before.Length];
        foreach (var entry in before)
        {
            if (entry != 0) Put(entry - 1);
        }
    }

    private void Put(int place)
    {
        var slot = Home(items[place].Id);
        while (_slots[slot] != 0) slot = Next(slot);
        _slots[slot] = place + 1;
    }

    private int Home(long id) => (int)KeyMixer.Mix((ulong)id) & (_slots.Length - 1);

    private int Next(int slot) => (slot + 1) & (_slots.Length - 1);
}
