using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Ids that are counted, in native memory: open addressing with linear probing, where ids lie in the order of their home places and keys
/// (Amble and Knuth 1974), so that a search for an absent id ends as early as one for a present id, and growth copies from front to back.
/// Removal moves what follows back and leaves no mark. Where more ids collide than chance explains, the map takes an order that no ids can
/// be chosen for. Not thread-safe.
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
    // With an eighth of the places free, a random id is that far from home once in 10^29 times, and that many stand between two free places
    // once in 10^15.
    private const int MostDistance = 256, MostPushed = 4096;

    // Fewer ids than that go one by one.
    private const int FewForgotten = 64;

    private int _removalsBeforeShrinking;

    // What keys are mixed with once ids came that were chosen to collide; 0 while they are taken as they are.
    private ulong _salt;

    public int Count { get; private set; }

    public int Capacity { get; private set; }

    /// <summary>Whether the next id makes the map grow.</summary>
    public bool IsFull => Count + 1 > MostIn(Capacity);

    /// <summary>Whether places go by another order than that of the keys.</summary>
    public bool IsScattered => _salt != 0;

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

    /// <summary>
    /// Visits ids in the order of their keys, which must not be scattered. The order outlives growth and shrinking, so that a walk goes on
    /// where it was whatever happened meanwhile.
    /// </summary>
    /// <param name="from">The least key to visit.</param>
    /// <param name="mostPlaces">How many places to look at.</param>
    /// <param name="looked">Is raised by the number of places looked at.</param>
    /// <param name="visitor">Given to <paramref name="visit"/>.</param>
    /// <param name="visit">Told the place of each.</param>
    /// <returns>The key to go on from; null where all were visited.</returns>
    public ulong? Walk<T>(ulong from, int mostPlaces, ref int looked, T visitor, Action<T, int> visit)
    {
        looked++;
        if (Capacity == 0) return null;
        var index = Find(from);
        if (index < 0) index = ~index;
        // The last ids may have gone around the end, to places before their homes.
        var isAround = index < Home(from, Capacity);
        for (; ; index++, looked++)
        {
            if (index == Capacity) (index, isAround) = (0, true);
            var id = this[index];
            if (isAround && (id.Count == 0 || Home(id.Key, Capacity) <= index)) return null;
            if (id.Count == 0) continue;
            if (looked >= mostPlaces) return id.Key;
            visit(visitor, index);
        }
    }

    /// <summary>Takes away all marks of a save.</summary>
    public void Unmark()
    {
        foreach (ref var id in Ids)
        {
            if (id.IsOutOfSave) id = id.Marked(false);
        }
    }

    /// <summary>The largest capacity that a map with this many ids can have.</summary>
    public static int MostCapacity(int count) => (int)Math.Min(int.MaxValue, 2 * SmallestCapacity + (long)(count / LeastFill));

    /// <summary>
    /// Makes a map as large as one was that is being restored: what is copied when, and so what has decayed is dropped when, goes by the
    /// capacity.
    /// </summary>
    /// <exception cref="OutOfMemoryException">There is not enough memory; nothing changed.</exception>
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
        MakeRoom(ref missing, in id, now);
        if (IsCrowded(~missing, id.Key) && TryScatter()) missing = Find(id.Key);
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
        var forgotten = CountSeenUpTo(eventTime);
        if (forgotten == Count) Clear();
        else if (forgotten > 0 && !(forgotten > FewForgotten && TryCopyWithout(eventTime))) ForgetOneByOne(eventTime);
        Shrink();
    }

    public void Clear()
    {
        _ids?.Dispose();
        _periods?.Dispose();
        (_ids, _periods, Count, Capacity, _removalsBeforeShrinking, _salt) = (null, null, 0, 0, 0, 0);
    }

    public void Dispose() => Clear();

    private static int MostIn(int capacity) => (int)((long)capacity * MostFilledParts / FillParts);

    private int Home(ulong key, int capacity) => (int)Math.BigMul(_salt == 0 ? key : KeyMixer.Mix(key ^ _salt), (ulong)capacity, out _);

    private int Distance(ulong key, int index, int capacity)
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

    // A smaller copy needs memory itself, and at the limit there may be none. Trying again at the next removal would cost each of them an
    // exception.
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

    private void MakeRoom(ref int missing, in PendingId id, uint now)
    {
        if (!IsFull) return;
        var alive = CountAlive(now);
        CopyTo(CapacityFor(alive + alive / FillParts + 1), now);
        missing = Find(id.Key);
    }

    private bool IsCrowded(int index, ulong key)
    {
        var ids = Ids;
        if (Distance(key, index, ids.Length) > MostDistance) return true;
        for (var pushed = 0; pushed <= MostPushed; pushed++)
        {
            if (ids[index].Count == 0) return false;
            index = index + 1 == ids.Length ? 0 : index + 1;
        }
        return true;
    }

    // Ids that collide were chosen for the order in which they lie. No id can be chosen for a number that the process draws; nothing but
    // the order depends on it.
    private bool TryScatter()
    {
        try
        {
            CopyTo(Capacity, now: 0, salt: KeyMixer.Mix(_salt + (uint)HashCode.Combine(Capacity)) | 1);
            return true;
        }
        catch (OutOfMemoryException)
        {
            // They lie where they are, and searches among them take long.
            return false;
        }
    }

    private int CountSeenUpTo(uint eventTime)
    {
        var count = 0;
        foreach (ref readonly var id in Ids) count += id.Count > 0 && id.LastSeen <= eventTime ? 1 : 0;
        return count;
    }

    // In one go: one by one, each would move all that stand behind it, which are few unless ids were chosen to collide.
    private bool TryCopyWithout(uint eventTime)
    {
        try
        {
            CopyTo(Capacity, now: 0, seenAfter: eventTime);
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void ForgetOneByOne(uint eventTime)
    {
        // Upwards: what moves into a hole comes from above, or, around the end, from places that are done.
        for (var index = 0; index < Capacity; index++)
        {
            while (Ids[index] is { Count: > 0 } id && id.LastSeen <= eventTime) CloseGap(index);
        }
    }

    private bool IsAlive(int index, uint now) => this[index].Count > 0 && HalfLife.Decayed(this[index].Count, PeriodAt(index), now) > 0;

    private int CountAlive(uint now)
    {
        if (halfLife.IsNone) return Count;
        var alive = 0;
        for (var index = 0; index < Capacity; index++) alive += IsAlive(index, now) ? 1 : 0;
        return alive;
    }

    private void CopyTo(int capacity, uint now, uint? seenAfter = null, ulong? salt = null)
    {
        var copy = new PendingMap(account, place, halfLife) { _salt = salt ?? _salt };
        copy.Allocate(capacity);
        for (var index = 0; index < Capacity; index++)
        {
            if (!IsAlive(index, now) || this[index].LastSeen <= seenAfter) continue;
            copy.PlaceAt(~copy.Find(this[index].Key), in this[index], StoredPeriod(index));
        }
        _ids?.Dispose();
        _periods?.Dispose();
        (_ids, _periods, Count, Capacity, _salt) = (copy._ids, copy._periods, copy.Count, copy.Capacity, copy._salt);
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
