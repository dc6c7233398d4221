using System.Buffers.Binary;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>
/// Records that wait until no earlier one can come. Those of one millisecond are put in order when it is their turn: until then they are a
/// list, and the queue is of milliseconds alone. Keeps its buffers. Not thread-safe.
/// </summary>
internal sealed class ReorderBuffer
{
    private readonly ByteChunks _bytes = new();
    private readonly Dictionary<long, int> _first = [];
    private readonly PriorityQueue<long, long> _times = new();
    private readonly Comparison<BufferedRecord> _compare;
    private BufferedRecord[] _records = new BufferedRecord[256];
    private BufferedRecord[] _taken = new BufferedRecord[256];
    private int _places, _takenCount;
    private int _free = -1;

    public ReorderBuffer() => _compare = (left, right) => Compare(in left, in right);

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The memory of what waits.</summary>
    public long Bytes => _bytes.Bytes;

    /// <summary>The earliest millisecond; <see cref="long.MaxValue"/> where none waits.</summary>
    public long NextTime => _times.TryPeek(out var time, out _) ? time : long.MaxValue;

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record; where it lies and what its key begins with is filled in.</param>
    /// <param name="entry">Its entry; copied. Empty for a punctuation.</param>
    public void Add(BufferedRecord record, ReadOnlySpan<byte> entry)
    {
        record.Entry = entry.IsEmpty ? default : _bytes.Add(entry);
        record.KeyBegin = KeyBegin(entry);
        if (!_first.TryGetValue(record.Time, out record.Next))
        {
            record.Next = -1;
            _times.Enqueue(record.Time, record.Time);
        }
        var place = Take();
        _records[place] = record;
        _first[record.Time] = place;
        Count++;
    }

    /// <summary>Takes those of a millisecond, in the order of processing. Valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<BufferedRecord> Take(long time)
    {
        if (NextTime != time) return [];
        _times.Dequeue();
        _first.Remove(time, out var place);
        for (var next = place; place >= 0; place = next)
        {
            if (_takenCount == _taken.Length) Array.Resize(ref _taken, 2 * _takenCount);
            _taken[_takenCount++] = _records[place];
            next = _records[place].Next;
            _records[place].Next = _free;
            _free = place;
        }
        Count -= _takenCount;
        var taken = _taken.AsSpan(0, _takenCount);
        if (taken.Length > 1) taken.Sort(_compare);
        return taken;
    }

    /// <summary>Drops one that waits.</summary>
    /// <param name="time">When it was to be processed.</param>
    /// <param name="partition">The index of its partition.</param>
    /// <param name="arrival">Its number among the arrivals of the partition.</param>
    public void Remove(long time, int partition, long arrival)
    {
        var (before, place) = (-1, _first[time]);
        while (_records[place].Partition != partition || _records[place].Arrival != arrival)
            (before, place) = (place, _records[place].Next);
        ref var record = ref _records[place];
        if (before >= 0) _records[before].Next = record.Next;
        else if (record.Next >= 0) _first[time] = record.Next;
        else
        {
            _first.Remove(time);
            _times.Remove(time, out _, out _);
        }
        if (record.Entry.Length > 0) _bytes.Release(record.Entry);
        record.Next = _free;
        _free = place;
        Count--;
    }

    /// <summary>The entry of a record.</summary>
    public ReadOnlySpan<byte> Entry(in BufferedRecord record) => _bytes.At(record.Entry);

    /// <summary>Gives back what was taken.</summary>
    public void Release()
    {
        foreach (ref readonly var record in _taken.AsSpan(0, _takenCount))
        {
            if (record.Entry.Length > 0) _bytes.Release(record.Entry);
        }
        _takenCount = 0;
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _first.Clear();
        _times.Clear();
        (_places, _takenCount, _free, Count) = (0, 0, -1, 0);
    }

    private static ulong KeyBegin(ReadOnlySpan<byte> entry)
    {
        if (entry.IsEmpty) return 0;
        var key = entry.Slice(JoinEntryHead.Bytes, JoinEntryHead.Read(entry).KeyLength);
        if (key.Length >= sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(key);
        Span<byte> begin = stackalloc byte[sizeof(ulong)];
        begin.Clear();
        key.CopyTo(begin);
        return BinaryPrimitives.ReadUInt64BigEndian(begin);
    }

    private int Take()
    {
        if (_free >= 0)
        {
            var place = _free;
            _free = _records[place].Next;
            return place;
        }
        if (_places == _records.Length) Array.Resize(ref _records, 2 * _places);
        return _places++;
    }

    private ReadOnlySpan<byte> Key(in BufferedRecord record)
    {
        var entry = Entry(in record);
        return entry.Slice(JoinEntryHead.Bytes, JoinEntryHead.Read(entry).KeyLength);
    }

    private int Compare(in BufferedRecord left, in BufferedRecord right)
    {
        if (left.Phase != right.Phase) return (int)left.Phase - (int)right.Phase;
        if (left.KeyBegin != right.KeyBegin) return left.KeyBegin < right.KeyBegin ? -1 : 1;
        if (left.Phase != RecordPhase.Punctuation && Key(in left).SequenceCompareTo(Key(in right)) is not 0 and var order) return order;
        return left.Partition != right.Partition ? left.Partition.CompareTo(right.Partition) : left.Arrival.CompareTo(right.Arrival);
    }
}
