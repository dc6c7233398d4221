namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// A sketch as it was when the save began. It is written from its first line to its last; a line that is about to change before its turn is
/// written at once, so that a question costs the copy of one line however large the sketch is.
/// </summary>
internal sealed class SketchSave : FilterSave
{
    // Lines looked at in one stretch: few, because that happens under the stripe's lock.
    private const int StretchLines = 1024;
    private const int BitsAWord = 64;

    private readonly SketchCounts _sketch;
    private readonly SketchRecord _record;
    private readonly AdmissionStateWriter _writer;
    private readonly SketchPartition[] _partitions;

    // A bit for each line that was written before its turn.
    private readonly ulong[] _written;
    private readonly long _lines;
    private long _next;

    /// <param name="sketch">The sketch.</param>
    /// <param name="partitions">What it knows of its partitions.</param>
    /// <param name="record">The form of its records.</param>
    /// <param name="writer">Takes the records.</param>
    public SketchSave(SketchCounts sketch, ReadOnlySpan<SketchPartition> partitions, SketchRecord record, AdmissionStateWriter writer)
    {
        (_sketch, _record, _writer, _partitions) = (sketch, record, writer, partitions.ToArray());
        _lines = (long)partitions.Length * record.LinesPerPartition;
        _written = new ulong[(_lines + BitsAWord - 1) / BitsAWord];
    }

    /// <summary>To be called before a line changes.</summary>
    /// <param name="line">Its number, counted through all partitions.</param>
    public void BeforeChange(long line)
    {
        if (line < _next || IsWritten(line)) return;
        if (!_sketch.IsEmpty(line)) Write(line, 1);
        SetWritten(line);
    }

    /// <summary>To be called before all lines of a partition change.</summary>
    public void BeforeChange(int partition)
    {
        var (first, end) = (Math.Max(_next, FirstOf(partition)), FirstOf(partition + 1));
        WriteUnwritten(first, end);
        for (var line = first; line < end; line++) SetWritten(line);
    }

    public override bool WriteNext()
    {
        for (var looked = 0L; looked < StretchLines && _next < _lines;)
        {
            var end = EndOfRecord(_next);
            WriteUnwritten(_next, end);
            looked += end - _next;
            _next = end;
        }
        return _next < _lines;
    }

    public override void Dispose() => _sketch.End(this);

    private void WriteUnwritten(long line, long end)
    {
        while (line < end)
        {
            var (count, recordEnd) = (0, Math.Min(end, EndOfRecord(line)));
            while (line + count < recordEnd && !IsWritten(line + count) && !_sketch.IsEmpty(line + count)) count++;
            if (count > 0) Write(line, count);
            line += Math.Max(1, count);
        }
    }

    private void Write(long line, int count)
    {
        var partition = PartitionOf(line);
        _record.Write(
            _writer, _sketch.NumberOf(partition), in _partitions[partition], (int)(line - FirstOf(partition)), _sketch.Lines(line, count));
    }

    // Records end at the same lines however many partitions a filter has, so that equal sketches are saved as equal records.
    private long EndOfRecord(long line)
    {
        var first = FirstOf(PartitionOf(line));
        var end = (line - first) / SketchRecord.MostLines * SketchRecord.MostLines + SketchRecord.MostLines;
        return first + Math.Min(end, _record.LinesPerPartition);
    }

    private long FirstOf(int partition) => (long)partition * _record.LinesPerPartition;

    private int PartitionOf(long line) => (int)(line / _record.LinesPerPartition);

    private bool IsWritten(long line) => (_written[line / BitsAWord] & (1UL << (int)(line % BitsAWord))) != 0;

    private void SetWritten(long line) => _written[line / BitsAWord] |= 1UL << (int)(line % BitsAWord);
}
