using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Sketches;

/// <summary>
/// Quantiles of a stream in little memory: levels of at most <see cref="LevelSize"/> values, of which one at level h stands for 2^h. A full
/// level is sorted, and every other value goes up, in turns the even and the odd ones (Munro and Paterson 1980; Agarwal et al. 2012). No
/// chance is in it: equal streams give equal bits. Not thread-safe.
/// </summary>
/// <remarks>
/// One level that goes up puts the rank of any value off by at most 2^h, and of n values level h goes up n / (2^h LevelSize) times: each
/// level puts a rank off by at most n / LevelSize, so that it is off by log2(2 n / LevelSize) / LevelSize of all, whatever the stream. Up
/// to <see cref="LevelSize"/> - 1 values are exact.
/// </remarks>
internal sealed class QuantileSketch
{
    /// <summary>How many values a level holds.</summary>
    public const int LevelSize = 4096;

    private const int MostLevels = 40;

    private readonly List<float[]> _levels = [new float[LevelSize]];
    private readonly int[] _counts = new int[MostLevels];

    // Whether the odd values go up next.
    private readonly bool[] _isOddNext = new bool[MostLevels];

    /// <summary>How many values were added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a value that is not NaN; an infinite one counts as the largest float of its sign.</summary>
    public void Add(float value)
    {
        // There is one zero, so that the order of equal values has no bits.
        _levels[0][_counts[0]++] = Math.Clamp(value, -float.MaxValue, float.MaxValue) + 0f;
        Count++;
        if (_counts[0] == LevelSize) GoUp(0);
    }

    /// <summary>
    /// The bounds between buckets of about as many values, ascending, none twice: bound i has i / buckets of all below it.
    /// </summary>
    /// <param name="buckets">How many buckets, at least 2; values that occur often leave fewer.</param>
    public float[] Quantiles(int buckets)
    {
        var values = Weighted();
        var (bounds, place, below) = (new List<float>(), 0, 0L);
        for (var bucket = 1; bucket < buckets && values.Length > 0; bucket++)
        {
            // Of n values, the one behind the first n i / buckets.
            var rank = (long)((Int128)Count * bucket / buckets);
            while (place < values.Length - 1 && below + values[place].Weight <= rank) below += values[place++].Weight;
            if (bounds.Count == 0 || values[place].Value > bounds[^1]) bounds.Add(values[place].Value);
        }
        return [.. bounds];
    }

    public void Save(FieldWriter fields)
    {
        fields.Int64(Count);
        fields.Int32(_levels.Count);
        for (var level = 0; level < _levels.Count; level++)
        {
            fields.Flag(_isOddNext[level]);
            fields.List(
                new ArraySegment<float>(_levels[level], 0, _counts[level]),
                static (writer, value) => writer.Int32(BitConverter.SingleToInt32Bits(value)));
        }
    }

    /// <exception cref="FormatException">These are not the bytes of a sketch.</exception>
    public static QuantileSketch Load(ref FieldReader fields)
    {
        var sketch = new QuantileSketch { Count = fields.Int64() };
        var levels = fields.Count(MostLevels, "levels");
        var total = 0L;
        for (var level = 0; level < levels; level++)
        {
            if (level > 0) sketch._levels.Add(new float[LevelSize]);
            sketch._isOddNext[level] = fields.Flag();
            var values = fields.List(
                LevelSize - 1, "values", static (ref FieldReader reader) => BitConverter.Int32BitsToSingle(reader.Int32()));
            if (!values.TrueForAll(float.IsFinite)) throw new FormatException("A value of a sketch is infinite, or none.");
            values.CopyTo(sketch._levels[level]);
            sketch._counts[level] = values.Count;
            total += (long)values.Count << level;
        }
        if (levels == 0 || total != sketch.Count)
            throw new FormatException($"The values of a sketch stand for {total}, not {sketch.Count}.");
        return sketch;
    }

    private void GoUp(int level)
    {
        if (level + 1 == _levels.Count) _levels.Add(new float[LevelSize]);
        var (from, to) = (_levels[level], _levels[level + 1]);
        from.AsSpan().Sort();
        for (var i = _isOddNext[level] ? 1 : 0; i < LevelSize; i += 2) to[_counts[level + 1]++] = from[i];
        _isOddNext[level] = !_isOddNext[level];
        _counts[level] = 0;
        if (_counts[level + 1] == LevelSize) GoUp(level + 1);
    }

    private (float Value, long Weight)[] Weighted()
    {
        var values = new List<(float Value, long Weight)>();
        for (var level = 0; level < _levels.Count; level++)
        {
            foreach (var value in _levels[level].AsSpan(0, _counts[level])) values.Add((value, 1L << level));
        }
        return [.. values.OrderBy(value => value.Value)];
    }
}
