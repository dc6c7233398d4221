using Monolith.Embeddings.Features.Schema;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>Learns the bounds of a slot from the first values of its raw column, until they are frozen. Not thread-safe.</summary>
internal sealed class QuantileLearner(FeatureSlot slot)
{
    private readonly BucketSource _source = (BucketSource)slot.Source!;
    private QuantileSketch? _sketch = new();

    public FeatureSlot Slot => slot;

    /// <summary>Whether the bounds are frozen.</summary>
    public bool IsDone => _sketch is null;

    /// <summary>Learns from a batch that was trained.</summary>
    /// <returns>The bounds, where they are frozen behind this batch; else null.</returns>
    public float[]? Learn(FeatureBatch batch)
    {
        if (_sketch is null) return null;
        var values = batch.Numbers;
        var width = batch.Schema.Numbers.Count;
        // Of the batch in which they become enough, those behind do not count: bounds do not depend on the size of batches.
        for (var at = _source.Column.Index; at < values.Length && _sketch.Count < _source.Bounds.LearnFrom; at += width)
        {
            if (!float.IsNaN(values[at])) _sketch.Add(values[at]);
        }
        if (_sketch.Count < _source.Bounds.LearnFrom) return null;
        var bounds = _sketch.Quantiles(_source.Bounds.Buckets);
        _sketch = null;
        return bounds;
    }

    /// <param name="fields">Receives the state.</param>
    /// <param name="bounds">The frozen bounds; null where they are not.</param>
    public void Save(FieldWriter fields, float[]? bounds)
    {
        fields.Flag(bounds is not null);
        if (bounds is null) _sketch!.Save(fields);
        else fields.List(bounds, static (writer, bound) => writer.Int32(BitConverter.SingleToInt32Bits(bound)));
    }

    /// <returns>The frozen bounds; null where they are not.</returns>
    /// <exception cref="FormatException">These are not the bytes of a learner.</exception>
    public float[]? Load(ref FieldReader fields)
    {
        if (!fields.Flag())
        {
            _sketch = QuantileSketch.Load(ref fields);
            if (_sketch.Count >= _source.Bounds.LearnFrom) throw new FormatException($"{_sketch.Count} values were learned from.");
            return null;
        }
        float[] bounds = [.. fields.List(
            BucketBounds.MaxBuckets, "bounds", static (ref FieldReader reader) => BitConverter.Int32BitsToSingle(reader.Int32()))];
        for (var i = 0; i < bounds.Length; i++)
        {
            if (!float.IsFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
                throw new FormatException($"A learned bound is {bounds[i]:R}, at place {i}.");
        }
        _sketch = null;
        return bounds;
    }
}
