using System.Numerics;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Counts every id, in one map for each partition or for a few: growing copies a small part of all ids, and what happens to an id does not
/// depend on how many partitions the stripe owns.
/// </summary>
internal sealed class ExactCounts : OccurrenceCounts
{
    private const int MostUnseen = 16;

    private readonly PendingMap[] _maps;
    private readonly int _rotation;
    private readonly HalfLife _halfLife;
    private readonly PendingIdRecord _record;
    private ExactSave? _save;
    private long _count;
    private long _bytes;

    public ExactCounts(HalfLife halfLife, in AdmissionContext context)
    {
        _halfLife = halfLife;
        _rotation = BitOperations.Log2((uint)(AdmissionContext.Partitions / context.PartitionsPerMap));
        _record = new PendingIdRecord(halfLife.Steps > 0, _rotation);
        _maps = new PendingMap[context.PartitionCount / context.PartitionsPerMap];
        var account = context.Account;
        var first = context.FirstPartition / context.PartitionsPerMap;
        for (var i = 0; i < _maps.Length; i++) _maps[i] = new PendingMap(account, PlaceOf(first + i), halfLife);
    }

    public override long Count => _count;

    public override long Bytes => _bytes;

    public override bool IsUpperBound => false;

    /// <summary>The maps, in the order of their partitions.</summary>
    public PendingMap[] Maps => _maps;

    public override bool Contains(ulong mixedId) => MapOf(mixedId).Find(KeyOf(mixedId)) >= 0;

    public override long Add(ulong mixedId, in AdmissionRequest request, int threshold)
    {
        var (index, key) = (IndexOf(mixedId), KeyOf(mixedId));
        var map = _maps[index];
        var period = _halfLife.PeriodOf(in request);
        var place = map.Find(key);
        if (place < 0)
        {
            var count = Math.Min(request.Count, threshold);
            // A full map loses the ids of whose counts nothing is left.
            if (_save is not null && !_halfLife.IsNone && map.IsFull) _save.WriteRest(index);
            Insert(map, place, new PendingId(key, count, request.EventSeconds, _save?.Marks(index, key) ?? false), period, period);
            return count;
        }
        _save?.BeforeChange(index, place);
        ref var id = ref map[place];
        var seen = (long)HalfLife.Decayed(id.Count, map.PeriodAt(place), period) + request.Count;
        var lastSeen = Math.Max(id.LastSeen, request.EventSeconds);
        id = new PendingId(key, (int)Math.Min(seen, threshold), lastSeen, id.IsOutOfSave);
        map.SetPeriod(place, Math.Max(map.PeriodAt(place), period));
        return seen;
    }

    public override int CountOf(ulong mixedId)
    {
        var map = MapOf(mixedId);
        var place = map.Find(KeyOf(mixedId));
        return place < 0 ? 0 : map[place].Count;
    }

    public override void Remove(ulong mixedId)
    {
        var index = IndexOf(mixedId);
        if (_maps[index].Find(KeyOf(mixedId)) is not (>= 0 and var place)) return;
        _save?.BeforeChange(index, place);
        Change(_maps[index], place, static (map, place) => map.RemoveAt(place));
    }

    public override void Collect(Predicate<long> isWanted, ICollection<long> ids)
    {
        foreach (var map in _maps)
        {
            for (var place = 0; place < map.Capacity; place++)
            {
                if (map[place].Count == 0) continue;
                var id = unchecked((long)KeyMixer.Unmix(MixedIdOf(map[place].Key)));
                if (isWanted(id)) ids.Add(id);
            }
        }
    }

    public override void Forget(uint eventTime)
    {
        BeforeAllChange();
        foreach (var map in _maps) Change(map, eventTime, static (map, eventTime) => map.Forget(eventTime));
    }

    public override void Clear()
    {
        BeforeAllChange();
        foreach (var map in _maps) map.Clear();
        (_count, _bytes) = (0, 0);
    }

    public override void Save(AdmissionStateWriter writer)
    {
        foreach (var map in _maps)
        {
            if (map.IsScattered) SaveScattered(writer, map);
            else
            {
                for (var place = 0; place < map.Capacity; place++) Save(writer, map, place);
            }
            _record.Flush(writer, PendingIdRecord.ShapeOf(map));
        }
    }

    public override FilterSave BeginSave(AdmissionStateWriter writer) =>
        _save = new ExactSave(this, new PendingIdRecord(_halfLife.Steps > 0, _rotation), writer);

    /// <summary>Ends a save that was begun.</summary>
    public void End(ExactSave save)
    {
        if (_save == save) _save = null;
    }

    private void SaveScattered(AdmissionStateWriter writer, PendingMap map)
    {
        // Records are in the order of the ids.
        var places = Enumerable.Range(0, map.Capacity).Where(place => map[place].Count > 0).ToArray();
        Array.Sort(places, (one, other) => map[one].Key.CompareTo(map[other].Key));
        foreach (var place in places) Save(writer, map, place);
    }

    private void Save(AdmissionStateWriter writer, PendingMap map, int place)
    {
        if (map[place] is not { Count: > 0 } id) return;
        _record.Add(writer, PendingIdRecord.ShapeOf(map), MixedIdOf(id.Key), id.Marked(false), map.PeriodAt(place));
    }

    public override void Load(ulong mixedId, ReadOnlySpan<byte> record)
    {
        var ids = _record.Read(mixedId, record);
        foreach (var (mixed, _, _, _) in ids)
        {
            if (Contains(mixed)) throw new InvalidDataException($"The mixed id {mixed} is counted in two records.");
        }
        var inserted = 0;
        try
        {
            Change(MapOf(mixedId), _record.CapacityOf(record),
                (map, capacity) => map.Reserve(Math.Min(capacity, Believable(map.Count + ids.Length))));
            foreach (var (mixed, count, lastSeen, period) in ids)
            {
                var map = MapOf(mixed);
                Insert(map, map.Find(KeyOf(mixed)), new PendingId(KeyOf(mixed), count, lastSeen), period, now: 0);
                inserted++;
            }
        }
        catch (OutOfMemoryException)
        {
            foreach (var (mixed, _, _, _) in ids.AsSpan(0, inserted)) Remove(mixed);
            throw;
        }
    }

    public override void Dispose()
    {
        // Nothing is saved of what is gone.
        _save = null;
        Clear();
    }

    // What a record claims of its map is to take no memory that its ids do not bear out; and yet most maps are to be made at once.
    private static int Believable(int known) => PendingMap.MostCapacity((int)Math.Min(int.MaxValue, (long)known * MostUnseen));

    // The bits of i in reverse: any run of maps is spread over the sizes.
    private static double PlaceOf(int map)
    {
        var reversed = 0;
        for (var bit = 1; bit < AdmissionContext.Partitions; bit <<= 1) reversed = (reversed << 1) | ((map & bit) != 0 ? 1 : 0);
        return reversed / (double)AdmissionContext.Partitions;
    }

    private ulong KeyOf(ulong mixedId) => BitOperations.RotateLeft(mixedId, _rotation);

    /// <summary>The mixed id of a key.</summary>
    public ulong MixedIdOf(ulong key) => BitOperations.RotateRight(key, _rotation);

    // One map takes everything, by shifting twice: a shift by 64 would be one by 0.
    private int IndexOf(ulong mixedId) => (int)(mixedId >> 1 >> (63 - _rotation)) & (_maps.Length - 1);

    private PendingMap MapOf(ulong mixedId) => _maps[IndexOf(mixedId)];

    private void BeforeAllChange()
    {
        for (var i = 0; _save is not null && i < _maps.Length; i++) _save.WriteRest(i);
    }

    private void Insert(PendingMap map, int place, in PendingId id, uint period, uint now)
    {
        var (count, bytes) = (map.Count, map.Bytes);
        map.Insert(place, in id, period, now);
        (_count, _bytes) = (_count + map.Count - count, _bytes + map.Bytes - bytes);
    }

    private void Change<T>(PendingMap map, T argument, Action<PendingMap, T> change)
    {
        var (count, bytes) = (map.Count, map.Bytes);
        change(map, argument);
        (_count, _bytes) = (_count + map.Count - count, _bytes + map.Bytes - bytes);
    }
}
