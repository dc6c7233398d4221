using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// Ids that are counted, in native memory: open addressing with linear probing, where ids lie in the order of their home places and keys (Amble and Knuth
/// 1974), so that a search for an absent id ends as early as one for a present id, and growth copies from front to back. Removal moves
/// what follows back and leaves no mark. Not thread-safe.
/// </summary>
/// <param name="account">Pays for the memory.</param>
/// <param name="place">The map's place among the others, 0 to 1: each grows through sizes of its own, so that not all grow at once.</param>
/// <param name="halfLife">When counts are halved. Where it is in steps, ids also keep the period that they were last seen in.</param>
internal sealed class PendingMap(MemoryAccount account, double place, HalfLife halfLife) : IDisposable
{
    private const int SmallestCapacity = 4;
    private const double Growth = 1.25;

    // Of eight places seven are used at most; so one at least is free, and searches end.
    private const int FillParts = 8, MostFilledParts = 7;

    // Fewer ids than this part of the places, and the map is copied to a smaller one.
    private const double LeastFill = 0.4;

    private NativeArray<PendingId>? _ids;
    private NativeArray<uint>? _periods;
    private int _removalsBeforeShrinking;

    public int Count { get; private set; }

    public int Capacity { get; private set; }

    public long Bytes => (_ids?.Bytes ?? 0) + (_periods?.Bytes ?? 0);

    public ref PendingId this[int index] => ref Ids[index];

    private Span<PendingId> Ids => _ids is null ? [] : _ids.Slice(0, Capacity);

    /// <summary>The period that an id was last seen in.</summary>
    public uint PeriodAt(int index) => halfLife.Seconds > 0 ? this[index].LastSeen / halfLife.Seconds : StoredPeriod(index);

    /// <summary>Keeps a period, where the time last seen does not tell it.</summary>
    public void SetPeriod(int index, uint period)
    {
        if (_periods is not null) _periods.Slice(index, 1)[0] = period;
    }

    /// <summary>The place of a key, or the complement of the place that it would have.</summary>
    public int Find(ulong key)
    {
        var ids = Ids;
        if (ids.IsEmpty) return ~0;
        var index = Home(key, ids.Length);
        for (var distance = 0; ; distance++)
        {
            ref readonly var id = ref ids[index];
            if (id.Count == 0) return ~index;
            if (id.Key == key) return index;
            var others = Distance(id.Key, index, ids.Length);
            if (others < distance || (others == distance && id.Key > key)) return ~index;
            if (++index == ids.Length) index = 0;
        }
    }

    /// <summary>The largest capacity that so many ids leave a map with.</summary>
    public static int MostCapacity(int count) => (int)Math.Min(int.MaxValue, 2 * SmallestCapacity + (long)(count / LeastFill));

    /// <summary>Makes a map as large as one was that is being restored: what is copied when, and so what has decayed is dropped when, goes by the capacity.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much memory; nothing changed.</exception>
    public void Reserve(int capacity)
    {
        if (capacity > Capacity) CopyTo(capacity, now: 0);
    }

    /// <summary>Enters an id. Where the map is full it is copied, without the ids of whose counts nothing is left.</summary>
    /// <param name="missing">What <see cref="Find"/> answered.</param>
    /// <param name="id">The id.</param>
    /// <param name="period">The period that it was seen in.</param>
    /// <param name="now">The period by which others' counts are judged; 0 keeps them all.</param>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public void Insert(int missing, in PendingId id, uint period, uint now)
    {
        if (Count + 1 > MostIn(Capacity))
        {
            var alive = CountAlive(now);
            CopyTo(CapacityFor(alive + alive / FillParts + 1), now);
            missing = Find(id.Key);
        }
        PlaceAt(~missing, in id, period);
    }

    public void RemoveAt(int index)
    {
        CloseGap(index);
        if (_removalsBeforeShrinking > 0) _removalsBeforeShrinking--;
        else Shrink();
    }

    /// <summary>Removes ids last seen at or before a time.</summary>
    public void Forget(uint eventTime)
    {
        // Upwards: what moves into a hole comes from above, or, around the end, from places that are done.
        for (var index = 0; index < Capacity; index++)
        {
            while (Ids[index] is { Count: > 0 } id && id.LastSeen <= eventTime) CloseGap(index);
        }
        if (Count == 0) Clear();
        else Shrink();
    }

    public void Clear()
    {
        _ids?.Dispose();
        _periods?.Dispose();
        (_ids, _periods, Count, Capacity, _removalsBeforeShrinking) = (null, null, 0, 0, 0);
    }

    public void Dispose() => Clear();

    private static int MostIn(int capacity) => (int)((long)capacity * MostFilledParts / FillParts);

    private static int Home(ulong key, int capacity) => (int)Math.BigMul(key, (ulong)capacity, out _);

    private static int Distance(ulong key, int index, int capacity)
    {
        var distance = index - Home(key, capacity);
        return distance < 0 ? distance + capacity : distance;
    }

    private int CapacityFor(int count)
    {
        var capacity = SmallestCapacity * (1 + (Growth - 1) * place);
        while (MostIn(checked((int)capacity)) < count) capacity *= Growth;
        return (int)capacity;
    }

    // All up to the next free place make way by one.
    private void PlaceAt(int index, in PendingId id, uint period)
    {
        var ids = Ids;
        var (moving, movingPeriod) = (id, period);
        for (; ; index = index + 1 == ids.Length ? 0 : index + 1)
        {
            var (found, foundPeriod) = (ids[index], StoredPeriod(index));
            ids[index] = moving;
            SetPeriod(index, movingPeriod);
            if (found.Count == 0) break;
            (moving, movingPeriod) = (found, foundPeriod);
        }
        Count++;
    }

    private void CloseGap(int hole)
    {
        var ids = Ids;
        while (true)
        {
            var next = hole + 1 == ids.Length ? 0 : hole + 1;
            if (ids[next].Count == 0 || Distance(ids[next].Key, next, ids.Length) == 0) break;
            ids[hole] = ids[next];
            SetPeriod(hole, StoredPeriod(next));
            hole = next;
        }
        ids[hole] = default;
        SetPeriod(hole, 0);
        Count--;
    }

    // A smaller copy needs memory itself, and at the limit there may be none. Trying again at the next removal would cost each of them an exception.
    private void Shrink()
    {
        if (Count >= Capacity * LeastFill) return;
        var capacity = CapacityFor(Count + Count / 2);
        if (capacity >= Capacity) return;
        try
        {
            CopyTo(capacity, now: 0);
        }
        catch (OutOfMemoryException)
        {
            _removalsBeforeShrinking = Count / FillParts;
        }
    }

    private uint StoredPeriod(int index) => _periods is null ? 0 : _periods.Slice(index, 1)[0];

    private bool IsAlive(int index, uint now) => this[index].Count > 0 && HalfLife.Decayed(this[index].Count, PeriodAt(index), now) > 0;

    private int CountAlive(uint now)
    {
        if (halfLife.IsNone) return Count;
        var alive = 0;
        for (var index = 0; index < Capacity; index++) alive += IsAlive(index, now) ? 1 : 0;
        return alive;
    }

    private void CopyTo(int capacity, uint now)
    {
        var copy = new PendingMap(account, place, halfLife);
        copy.Allocate(capacity);
        for (var index = 0; index < Capacity; index++)
        {
            if (IsAlive(index, now)) copy.PlaceAt(~copy.Find(this[index].Key), in this[index], StoredPeriod(index));
        }
        _ids?.Dispose();
        _periods?.Dispose();
        (_ids, _periods, Count, Capacity) = (copy._ids, copy._periods, copy.Count, copy.Capacity);
    }

    private void Allocate(int capacity)
    {
        _ids = new NativeArray<PendingId>(capacity, account);
        try
        {
            if (halfLife.Steps > 0) _periods = new NativeArray<uint>(capacity, account);
        }
        catch
        {
            Clear();
            throw;
        }
        Capacity = capacity;
    }
}
