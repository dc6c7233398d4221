using Monolith.Embeddings.Features;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>Tells ids apart by how many examples they were in before the batch.</summary>
internal sealed class OccurrenceSlicing : Slicing
{
    private readonly long[] _edges;
    private readonly FrequencySketchOptions _options;
    private readonly FrequencySketch _sketch;

    /// <param name="slot">The slot.</param>
    /// <param name="options">Where slices begin, and what counts.</param>
    public OccurrenceSlicing(FeatureSlot slot, MetricsSliceOptions options) : base(slot, SliceBy.Occurrences)
    {
        (_edges, _options) = ([.. options.Edges], options.Sketch.Copy());
        _sketch = new FrequencySketch(_options);
    }

    public override int MaxSlices => _edges.Length + 1;

    public override IReadOnlyList<long> Marks => _edges;

    public override double CountError => Math.E * _sketch.Total / _sketch.Width;

    public override string NameOf(int slice)
    {
        var from = slice == 0 ? 0 : _edges[slice - 1];
        if (slice == _edges.Length) return $"{from}+";
        var to = _edges[slice] - 1;
        return from == to ? $"{from}" : $"{from}-{to}";
    }

    public override bool GoOn(IReadOnlyList<long> marks) => marks.SequenceEqual(_edges);

    public override byte[] Save()
    {
        var fields = new FieldWriter();
        SaveShape(fields);
        fields.Bytes(_sketch.Save());
        return fields.Written.ToArray();
    }

    // A sketch of another shape says nothing of this one's counters: counts start from zero.
    public override void Load(ReadOnlySpan<byte> bytes)
    {
        var own = new FieldWriter();
        SaveShape(own);
        var shape = own.Written.Length;
        if (bytes.Length < shape) throw new InvalidDataException($"{bytes.Length} bytes are no counts of ids.");
        if (bytes[..shape].SequenceEqual(own.Written)) _sketch.Load(bytes[shape..]);
    }

    private protected override void Assign(ReadOnlySpan<long> ids, Span<int> slices)
    {
        for (var row = 0; row < slices.Length; row++)
        {
            if (slices[row] != None) slices[row] = SliceOf(_sketch.Estimate(ids[row]));
        }
    }

    private protected override void Advance(ReadOnlySpan<long> ids, ReadOnlySpan<int> slices)
    {
        for (var row = 0; row < slices.Length; row++)
        {
            if (slices[row] != None) _sketch.Add(ids.Slice(row, 1));
        }
    }

    private int SliceOf(long count)
    {
        var slice = 0;
        while (slice < _edges.Length && count >= _edges[slice]) slice++;
        return slice;
    }

    private void SaveShape(FieldWriter fields)
    {
        fields.Int32(_options.Width);
        fields.Int32(_options.Depth);
        fields.UInt64(_options.Seed);
        fields.Int64(_options.HalveEvery ?? 0);
    }
}
