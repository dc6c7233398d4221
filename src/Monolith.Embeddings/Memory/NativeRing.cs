using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// The newest items of a sequence, in native memory: when it is full, each new item takes the place of the oldest. Not thread-safe.
/// </summary>
internal sealed unsafe class NativeRing<T> : IDisposable
    where T : unmanaged
{
    private readonly NativeBlock? _block;
    private int _next;

    /// <param name="capacity">How many items are kept; 0 keeps none and takes no memory.</param>
    /// <param name="account">Pays for the memory.</param>
    public NativeRing(int capacity, MemoryAccount account)
    {
        Capacity = capacity;
        if (capacity > 0) _block = account.Allocate((long)capacity * sizeof(T));
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    public long Bytes => _block?.Bytes ?? 0;

    /// <summary>The item that <paramref name="age"/> others came after: 0 is the newest, <see cref="Count"/> - 1 the oldest.</summary>
    public ref readonly T this[int age]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)age, (uint)Count);
            var place = _next - 1 - age;
            return ref Items[place < 0 ? place + Capacity : place];
        }
    }

    private T* Items => (T*)_block!.Pointer;

    // Inlined, so that an item is made in its place: one that is made elsewhere field by field and then copied as a whole waits for its own
    // stores.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in T item)
    {
        if (Capacity == 0) return;
        Items[_next] = item;
        _next = _next + 1 == Capacity ? 0 : _next + 1;
        if (Count < Capacity) Count++;
    }

    /// <summary>Drops the items that are to go; the others stay in their order.</summary>
    /// <param name="goes">Says which.</param>
    public void RemoveAll(Func<T, bool> goes)
    {
        var (kept, count) = (0, Count);
        var oldest = (_next - count + Capacity) % Math.Max(1, Capacity);
        for (var i = 0; i < count; i++)
        {
            var item = Items[(oldest + i) % Capacity];
            if (!goes(item)) Items[(oldest + kept++) % Capacity] = item;
        }
        if (kept == count) return;
        // Nothing of them is to be left in memory either.
        for (var i = kept; i < count; i++) Items[(oldest + i) % Capacity] = default;
        (Count, _next) = (kept, (oldest + kept) % Capacity);
    }

    public void Dispose()
    {
        (Count, _next) = (0, 0);
        _block?.Dispose();
    }
}
