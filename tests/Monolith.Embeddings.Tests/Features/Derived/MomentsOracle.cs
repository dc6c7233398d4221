namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>Moments by sums over all values that came, each as it counts: without running sums.</summary>
internal sealed class MomentsOracle(double? halfLife)
{
    private readonly double _decay = halfLife is { } life ? Math.Pow(2, -1 / life) : 1;
    private readonly List<double> _values = [];

    public (double Mean, double Deviation) Moments { get; private set; }

    /// <summary>How many values counted as another one.</summary>
    public int Cut { get; private set; }

    public void Add(double value)
    {
        if (_values.Count < 100) _values.Add(value);
        else
        {
            if (_values.Count == 100) ReplaceFirst();
            var weight = Enumerable.Range(0, _values.Count).Sum(i => Math.Pow(_decay, i));
            var most = Moments.Deviation * Math.Max(5, Math.Sqrt(weight) / 10);
            var counted = Moments.Deviation == 0 ? value : Math.Clamp(value, Moments.Mean - most, Moments.Mean + most);
            if (counted != value) Cut++;
            _values.Add(counted);
        }
        Moments = Of(_values.Count <= 100 ? InRange() : _values);
    }

    private void ReplaceFirst()
    {
        var first = InRange();
        _values.Clear();
        _values.AddRange(first);
    }

    // Of the first values, by their median and the distance from it that nine in ten keep.
    private List<double> InRange()
    {
        var median = _values.Order().ElementAt(_values.Count / 2);
        var distance = 5 * _values.Select(value => Math.Abs(value - median)).Order().ElementAt((_values.Count - 1) * 9 / 10);
        return distance == 0 ? [.. _values] : [.. _values.Select(value => Math.Clamp(value, median - distance, median + distance))];
    }

    private (double Mean, double Deviation) Of(List<double> values)
    {
        double weight = 1, total = 0, sum = 0, squares = 0;
        for (var i = values.Count - 1; i >= 0; i--, weight *= _decay) (total, sum) = (total + weight, sum + (weight * values[i]));
        var mean = sum / total;
        weight = 1;
        for (var i = values.Count - 1; i >= 0; i--, weight *= _decay) squares += weight * (values[i] - mean) * (values[i] - mean);
        return (mean, Math.Sqrt(squares / total));
    }
}
