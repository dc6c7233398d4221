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
    private long _count;

    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public SketchCounts(SketchLayout layout, int linesPerPartition, HalfLife halfLife, in AdmissionContext context)
    {
        (_layout, _linesPerPartition, _halfLife, _firstPartition) = (layout, linesPerPartition, halfLife, context.FirstPartition);
        _partitions = new SketchPartition[context.PartitionCount];
        _lines = new NativeArray<byte>((long)context.PartitionCount * PartitionBytes, context.Account);
    }

    public override long Count => _count;

    public override long Bytes => _lines.Bytes;

    public override bool IsUpperBound => true;

    private int PartitionBytes => _linesPerPartition * SketchLayout.LineBytes;

    public override bool Contains(ulong mixedId) => LineOf(mixedId).IndexOf(SignatureOf(mixedId)) >= 0;

    public override long Add(ulong mixedId, in AdmissionRequest request, int threshold)
    {
        ref var partition = ref PartitionOf(mixedId);
        // Without ids there is nothing that its times were about, and they are not saved.
        if (partition.Count == 0) partition = default;
        partition.NewestEvent = Math.Max(partition.NewestEvent, request.EventSeconds);
        var line = LineOf(mixedId);
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
        var line = LineOf(mixedId);
        if (line.IndexOf(SignatureOf(mixedId)) is not (>= 0 and var entry)) return;
        line.RemoveAt(entry);
        Counted(ref PartitionOf(mixedId), -1);
    }

    // No entry has a time. What lies behind a line's recent ones was last seen before the last mark, and goes once that is old enough.
    public override void Forget(uint eventTime)
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            ref var partition = ref _partitions[i];
            if (partition.Count == 0 || eventTime < partition.Mark) continue;
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
        for (var i = 0; i < _partitions.Length; i++) LinesOf(i).Clear();
        _partitions.AsSpan().Clear();
        _count = 0;
    }

    public override void Save(AdmissionStateWriter writer)
    {
        var record = new SketchRecord(_layout, _linesPerPartition);
        for (var i = 0; i < _partitions.Length; i++)
        {
            if (_partitions[i].Count > 0) record.Write(writer, _firstPartition + i, in _partitions[i], LinesOf(i));
        }
    }

    public override void Load(ulong mixedId, ReadOnlySpan<byte> record)
    {
        var (partition, lines) = new SketchRecord(_layout, _linesPerPartition).Read(mixedId, record);
        ref var mine = ref PartitionOf(mixedId);
        if (mine.Count > 0)
            throw new InvalidDataException($"Partition {AdmissionContext.PartitionOf(mixedId)} of a sketch is in two records.");
        lines.CopyTo(LinesOf(IndexOf(mixedId)));
        mine = partition;
        _count += partition.Count;
    }

    public override void Dispose() => _lines.Dispose();

    private int IndexOf(ulong mixedId) => AdmissionContext.PartitionOf(mixedId) & (_partitions.Length - 1);

    private ref SketchPartition PartitionOf(ulong mixedId) => ref _partitions[IndexOf(mixedId)];

    private Span<byte> LinesOf(int partition) => _lines.Slice((long)partition * PartitionBytes, PartitionBytes);

    private SketchLine Line(int partition, int line) =>
        new(_lines.Slice((long)partition * PartitionBytes + line * SketchLayout.LineBytes, SketchLayout.LineBytes), in _layout);

    // The line by the bits just below those of the partition.
    private SketchLine LineOf(ulong mixedId) =>
        Line(IndexOf(mixedId), (int)Math.BigMul(
            mixedId << BitOperations.Log2(AdmissionContext.Partitions), (ulong)_linesPerPartition, out _));

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
