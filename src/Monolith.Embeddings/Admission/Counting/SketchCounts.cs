using System.Numerics;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// Counts in a fixed number of cache lines a partition. An id's line and its signature come from its mixed id; in a full line the id that
/// was not seen for longest makes room. A question reads and writes that one line.
/// </summary>
internal sealed class SketchCounts : OccurrenceCounts
{
    // In periods: so often that no line falls behind by as many as it can tell apart.
    private const uint SweepEvery = SketchLine.Periods / 2;

    private readonly SketchLayout _layout;
    private readonly HalfLife _halfLife;
    private readonly int _linesPerPartition;
    private readonly int _firstPartition;
    private readonly SketchPartition[] _partitions;
    private readonly NativeArray<byte> _lines;
    private SketchSave? _save;
    private long _count;

    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public SketchCounts(SketchLayout layout, int linesPerPartition, HalfLife halfLife, in AdmissionContext context)
    {
        (_layout, _linesPerPartition, _halfLife, _firstPartition) = (layout, linesPerPartition, halfLife, context.FirstPartition);
        _partitions = new SketchPartition[context.PartitionCount];
        _lines = new NativeArray<byte>((long)context.PartitionCount * linesPerPartition * SketchLayout.LineBytes, context.Account);
    }

    public override long Count => _count;

    public override long Bytes => _lines.Bytes;

    public override bool IsUpperBound => true;

    private SketchRecord Record => new(_layout, _linesPerPartition);

    public override bool Contains(ulong mixedId) => LineOf(mixedId).IndexOf(SignatureOf(mixedId)) >= 0;

    public override long Add(ulong mixedId, in AdmissionRequest request, int threshold)
    {
        ref var partition = ref PartitionOf(mixedId);
        // Without ids there is nothing that its times were about, and they are not saved.
        if (partition.Count == 0) partition = default;
        partition.NewestEvent = Math.Max(partition.NewestEvent, request.EventSeconds);
        var number = NumberOfLine(mixedId);
        _save?.BeforeChange(number);
        var line = Line(number);
        if (!_halfLife.IsNone)
        {
            Advance(IndexOf(mixedId), _halfLife.PeriodOf(in request));
            Halve(ref partition, in line, ElapsedSince(in line, partition.Period));
        }
        var signature = SignatureOf(mixedId);
        var entry = line.IndexOf(signature);
        var seen = (long)request.Count;
        if (entry >= 0) seen += line.CountAt(entry);
        else entry = TakeEntry(ref partition, in line);
        line.ToFront(entry, signature, (int)Math.Min(seen, _layout.MostCount));
        return seen;
    }

    public override int CountOf(ulong mixedId)
    {
        var line = LineOf(mixedId);
        return line.IndexOf(SignatureOf(mixedId)) is >= 0 and var entry ? line.CountAt(entry) : 0;
    }

    public override void Remove(ulong mixedId)
    {
        var number = NumberOfLine(mixedId);
        var line = Line(number);
        if (line.IndexOf(SignatureOf(mixedId)) is not (>= 0 and var entry)) return;
        _save?.BeforeChange(number);
        line.RemoveAt(entry);
        Counted(ref PartitionOf(mixedId), -1);
    }

    // No entry has a time. What lies after a line's recent ones was last seen before the last mark, and goes once that is old enough.
    public override void Forget(uint eventTime)
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            ref var partition = ref _partitions[i];
            if (partition.Count == 0 || eventTime < partition.Mark) continue;
            _save?.BeforeChange(i);
            for (var l = 0; l < _linesPerPartition; l++)
            {
                var line = Line(i, l);
                var before = line.Count;
                line.Truncate(eventTime >= partition.NewestEvent ? 0 : line.Recent);
                line.Recent = 0;
                Counted(ref partition, line.Count - before);
            }
            partition.Mark = partition.NewestEvent;
        }
    }

    public override void Clear()
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            _save?.BeforeChange(i);
            for (var l = 0; l < _linesPerPartition; l++) Lines(FirstLineOf(i) + l, 1).Clear();
        }
        _partitions.AsSpan().Clear();
        _count = 0;
    }

    public override void Save(AdmissionStateWriter writer)
    {
        var save = CreateSave(writer);
        while (save.WriteNext())
        {
        }
    }

    public override FilterSave BeginSave(AdmissionStateWriter writer) => _save = CreateSave(writer);

    /// <summary>Ends a save that was begun.</summary>
    public void End(SketchSave save)
    {
        if (_save == save) _save = null;
    }

    public override void Load(ulong mixedId, ReadOnlySpan<byte> record)
    {
        var (partition, first, lines) = Record.Read(mixedId, record);
        ref var mine = ref PartitionOf(mixedId);
        if (mine.Count > 0 && !mine.HasTimesOf(in partition))
            throw Damaged(mixedId, "tell other times");
        var (start, count) = (FirstLineOf(IndexOf(mixedId)) + first, lines.Length / SketchLayout.LineBytes);
        for (var i = 0; i < count; i++)
        {
            if (!IsEmpty(start + i)) throw Damaged(mixedId, $"both hold line {first + i}");
        }
        lines.CopyTo(Lines(start, count));
        mine = partition with { Count = mine.Count + partition.Count };
        _count += partition.Count;
    }

    public override void Dispose() => _lines.Dispose();

    /// <summary>The number of a partition, by its place among those of this sketch.</summary>
    public int NumberOf(int partition) => _firstPartition + partition;

    /// <summary>Lines, counted through all partitions.</summary>
    public Span<byte> Lines(long first, int count) =>
        _lines.Slice(first * SketchLayout.LineBytes, count * SketchLayout.LineBytes);

    /// <summary>Whether a line remembers nothing.</summary>
    public bool IsEmpty(long line) => Line(line).IsEmpty;

    private static InvalidDataException Damaged(ulong mixedId, string what) =>
        new($"Two records of partition {AdmissionContext.PartitionOf(mixedId)} of a sketch {what}.");

    private SketchSave CreateSave(AdmissionStateWriter writer) => new(this, _partitions, Record, writer);

    private int IndexOf(ulong mixedId) => AdmissionContext.PartitionOf(mixedId) & (_partitions.Length - 1);

    private ref SketchPartition PartitionOf(ulong mixedId) => ref _partitions[IndexOf(mixedId)];

    private long FirstLineOf(int partition) => (long)partition * _linesPerPartition;

    private SketchLine Line(long number) => new(Lines(number, 1), in _layout);

    private SketchLine Line(int partition, int line) => Line(FirstLineOf(partition) + line);

    private SketchLine LineOf(ulong mixedId) => Line(NumberOfLine(mixedId));

    // The line by the bits just below those of the partition.
    private long NumberOfLine(ulong mixedId) =>
        FirstLineOf(IndexOf(mixedId))
        + (long)Math.BigMul(mixedId << BitOperations.Log2(AdmissionContext.Partitions), (ulong)_linesPerPartition, out _);

    // By the lowest bits, which no line is chosen by; never 0.
    private uint SignatureOf(ulong mixedId)
    {
        var signature = (uint)(mixedId & (uint.MaxValue >> (32 - 8 * _layout.SignatureBytes)));
        return signature == 0 ? 1 : signature;
    }

    // The entry behind those in use; in a full line the last.
    private int TakeEntry(ref SketchPartition partition, in SketchLine line)
    {
        var entry = line.Count;
        if (entry < _layout.Entries)
        {
            Counted(ref partition, 1);
            return entry;
        }
        // It is forgotten, so it must not be among the recent any more.
        if (line.Recent == entry) line.Recent = entry - 1;
        return entry - 1;
    }

    // A line is halved when it is next seen, but it tells periods apart only so far: now and then all of a partition's are. A late request
    // comes at the newest period.
    private void Advance(int index, uint period)
    {
        ref var partition = ref _partitions[index];
        if (period <= partition.Period) return;
        var before = partition.Period;
        partition.Period = period;
        if (partition.Count == 0 || before / SweepEvery == period / SweepEvery) return;
        _save?.BeforeChange(index);
        for (var l = 0; l < _linesPerPartition; l++)
        {
            var line = Line(index, l);
            Halve(ref partition, in line, ElapsedSince(in line, before) + (period - before));
        }
    }

    private static long ElapsedSince(in SketchLine line, uint period) => (period - (uint)line.Period) % SketchLine.Periods;

    private void Halve(ref SketchPartition partition, in SketchLine line, long elapsed)
    {
        if (elapsed == 0) return;
        var before = line.Count;
        line.Halve((int)Math.Min(elapsed, HalfLife.MostHalvings));
        line.Period = (int)(partition.Period % SketchLine.Periods);
        Counted(ref partition, line.Count - before);
    }

    private void Counted(ref SketchPartition partition, int more)
    {
        partition.Count += more;
        _count += more;
    }
}
