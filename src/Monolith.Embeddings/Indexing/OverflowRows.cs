using System.Runtime.InteropServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Indexing;

/// <summary>Rows that found no place in the buckets of <see cref="CuckooRows"/>: dense, each after its key. Not thread-safe.</summary>
/// <param name="rowBytes">The length of a row.</param>
/// <param name="account">Pays for the memory.</param>
internal sealed class OverflowRows(int rowBytes, MemoryAccount account) : IDisposable
{
    private const int KeyBytes = sizeof(ulong);
    private const int Smallest = 16;

    private readonly OrderedIds _places = new(account);
    private NativeArray<byte>? _rows;
    private int _capacity;

    public int Count => _places.Count;

    public long Bytes => _places.Bytes + (_rows?.Bytes ?? 0);

    public bool TryFind(ulong key, out Span<byte> row)
    {
        var place = _places.Find(key);
        row = place == OrderedIds.NotFound ? default : Row(place);
        return place != OrderedIds.NotFound;
    }

    /// <summary>The key of a row by its place, 0 to <see cref="Count"/> - 1.</summary>
    public ulong Key(int place) => MemoryMarshal.Read<ulong>(Item(place));

    public Span<byte> Row(int place) => Item(place)[KeyBytes..];

    /// <summary>Adds a key that is not there, and hands out its row to be written.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory; nothing changed.</exception>
    public Span<byte> Add(ulong key)
    {
        var place = Count;
        if (place == _capacity) Resize(Math.Max(Smallest, checked(2 * _capacity)));
        _places.Add(key, place);
        MemoryMarshal.Write(Item(place), in key);
        return Row(place);
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(ulong key)
    {
        var place = _places.Find(key);
        if (place == OrderedIds.NotFound) return false;
        var last = Count - 1;
        if (place != last)
        {
            _places.Set(Key(last), place);
            Item(last).CopyTo(Item(place));
        }
        _places.Remove(key);
        if (Count == 0) Free();
        return true;
    }

    public void Dispose()
    {
        _places.Dispose();
        Free();
    }

    private Span<byte> Item(int place) => Item(_rows!, place);

    private Span<byte> Item(NativeArray<byte> rows, int place) => rows.Slice((long)place * (KeyBytes + rowBytes), KeyBytes + rowBytes);

    private void Resize(int capacity)
    {
        var grown = new NativeArray<byte>((long)capacity * (KeyBytes + rowBytes), account);
        var old = _rows;
        for (var place = 0; place < Count; place++) Item(place).CopyTo(Item(grown, place));
        (_rows, _capacity) = (grown, capacity);
        old?.Dispose();
    }

    private void Free()
    {
        _rows?.Dispose();
        (_rows, _capacity) = (null, 0);
    }
}
