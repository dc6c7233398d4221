using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>
/// The first values of a column, kept until there are enough of them, and the range within which they count: as far from their median as
/// five times the distance that nine in ten of them keep. So it need not be known which of them is absurd: of 11 values one may be, and of
/// 100 ten.
/// </summary>
internal sealed class EarlyValues
{
    /// <summary>How many values are kept.</summary>
    public const int Most = 100;

    private const double Distances = 5;

    private readonly float[] _values = new float[Most];
    private int _count;

    public ReadOnlySpan<float> Values => _values.AsSpan(0, _count);

    public bool IsFull => _count == Most;

    public void Add(float value) => _values[_count++] = value;

    /// <summary>The lowest and the highest number that a value counts as; all numbers, where nine in ten values are the same.</summary>
    public (double Lowest, double Highest) Range()
    {
        if (_count == 0) return (double.MinValue, double.MaxValue);
        Span<double> sorted = stackalloc double[_count];
        for (var i = 0; i < _count; i++) sorted[i] = _values[i];
        sorted.Sort();
        var median = sorted[_count / 2];
        foreach (ref var value in sorted) value = Math.Abs(value - median);
        sorted.Sort();
        var distance = Distances * sorted[(_count - 1) * 9 / 10];
        return distance > 0 ? (median - distance, median + distance) : (double.MinValue, double.MaxValue);
    }

    public void Save(FieldWriter fields)
    {
        fields.Int32(_count);
        foreach (var value in Values) fields.Int32(BitConverter.SingleToInt32Bits(value));
    }

    /// <exception cref="FormatException">These are not the bytes of first values.</exception>
    public static EarlyValues Load(ref FieldReader fields)
    {
        var first = new EarlyValues();
        var count = fields.Count(Most - 1, "first values");
        for (var i = 0; i < count; i++)
        {
            var value = BitConverter.Int32BitsToSingle(fields.Int32());
            if (!float.IsFinite(value)) throw new FormatException($"The first value {i} is {value:R}.");
            first.Add(value);
        }
        return first;
    }
}
