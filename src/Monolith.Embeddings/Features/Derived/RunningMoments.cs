using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features.Derived;

/// <summary>
/// Mean and variance of a stream of values, plain (Welford 1962) or with older ones counting less (West 1979), in double precision and the
/// order of the stream: the same bits on every machine. Values that are missing or infinite are left out, and a value counts as at most so
/// far from the mean that one absurd value costs itself alone. Reading is thread-safe while nothing is added.
/// </summary>
/// <remarks>
/// The first values are kept, since moments of a few values say nothing of the next one: <see cref="EarlyValues"/> cuts them. From then on
/// a value counts as at most max(5, sqrt(weight) / 10) deviations from the mean of the values before it: it raises the variance by
/// 25 / weight or 1 %, whichever is larger. A fixed number of deviations would let the deviation of a column vanish that is 0 in 97 rows of
/// 100, and follow a change of level the slower the more was seen.
/// </remarks>
internal sealed class RunningMoments
{
    private const double FewestDeviations = 5, LargestRise = 0.01;

    private readonly double _decay;
    private readonly float _clip;
    private EarlyValues? _first = new();
    private double _weight, _mean, _square;

    public RunningMoments(NormalizationOptions options)
    {
        _decay = options.HalfLife is { } values ? ExactMath.Exp(-0.6931471805599453094 / values) : 1;
        _clip = options.Clip;
    }

    /// <summary>How many values count, older ones less.</summary>
    public double Weight => _weight;

    public double Mean => _mean;

    public double Deviation => _weight > 0 ? Math.Sqrt(_square / _weight) : 0;

    public void Add(float value)
    {
        if (!float.IsFinite(value)) return;
        if (_first is not { } first) Count(Cut(value));
        else
        {
            first.Add(value);
            CountFirst(first);
            if (first.IsFull) _first = null;
        }
    }

    /// <summary>By how many deviations a value is above the mean, clipped; 0 where it is missing, or all values were the same.</summary>
    public float Normalize(float value)
    {
        var deviation = Deviation;
        if (float.IsNaN(value) || !(deviation > 0)) return 0;
        return (float)Math.Clamp((value - _mean) / deviation, -_clip, _clip);
    }

    public void Save(FieldWriter fields)
    {
        fields.Flag(_first is not null);
        if (_first is not null)
        {
            _first.Save(fields);
            return;
        }
        fields.Double(_weight);
        fields.Double(_mean);
        fields.Double(_square);
    }

    /// <exception cref="FormatException">These are not the bytes of moments.</exception>
    public void Load(ref FieldReader fields)
    {
        _first = fields.Flag() ? EarlyValues.Load(ref fields) : null;
        if (_first is not null)
        {
            CountFirst(_first);
            return;
        }
        (_weight, _mean, _square) = (fields.Double(), fields.Double(), fields.Double());
        if (!(_weight >= 0 && double.IsFinite(_weight) && double.IsFinite(_mean) && _square >= 0 && double.IsFinite(_square)))
            throw new FormatException($"Moments have the weight {_weight:R}, the mean {_mean:R} and the square {_square:R}.");
    }

    private void CountFirst(EarlyValues first)
    {
        (_weight, _mean, _square) = (0, 0, 0);
        var (lowest, highest) = first.Range();
        foreach (var value in first.Values) Count(Math.Clamp(value, lowest, highest));
    }

    // Values that were all equal have no deviation, and say nothing of the next one.
    private double Cut(double value)
    {
        if (_square == 0) return value;
        var above = value - _mean;
        var largest = Math.Max(FewestDeviations * FewestDeviations / _weight, LargestRise) * _square;
        if (above * above <= largest) return value;
        return _mean + (above < 0 ? -Math.Sqrt(largest) : Math.Sqrt(largest));
    }

    private void Count(double value)
    {
        _weight = (_decay * _weight) + 1;
        var above = value - _mean;
        _mean += above / _weight;
        _square = (_decay * _square) + (above * (value - _mean));
    }
}
