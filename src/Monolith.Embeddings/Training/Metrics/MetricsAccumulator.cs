using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Sums up how well one task was predicted over a window, or in total. Not thread-safe.</summary>
/// <param name="exactExamples">For how many examples areas are exact; 0 for none.</param>
/// <param name="binsPerUnit">How fine the bins of the others are.</param>
internal sealed class MetricsAccumulator(int exactExamples = 0, int binsPerUnit = AucHistogram.FineBinsPerUnit)
{
    private readonly AucHistogram _histogram = new(binsPerUnit);
    private readonly ExactScores? _exact = exactExamples > 0 ? new ExactScores(exactExamples) : null;
    private long _examples, _asServed, _unscored;
    private double _weight, _labels, _predictions, _loss;

    public void Add(float logit, float label, double weight)
    {
        _examples++;
        _weight += weight;
        _labels += weight * label;
        _predictions += weight * Logistic.Sigmoid((double)logit);
        _loss += weight * Logistic.LogLoss((double)logit, label);
        _histogram.Add(logit, weight * label, weight * (1 - (double)label));
        _exact?.Add(logit, label, weight);
    }

    /// <summary>How many examples were scored.</summary>
    public long Examples => _examples;

    /// <summary>The sums so far.</summary>
    public ScoreSums Sums => new(_examples, _weight, _labels, _predictions, _loss);

    /// <summary>How many had a label and no finite logit.</summary>
    public long Unscored => _unscored;

    /// <summary>Counts an example that was scored by what was served.</summary>
    public void CountAsServed() => _asServed++;

    /// <summary>Counts an example that has a label and no finite logit.</summary>
    public void CountUnscored() => _unscored++;

    public MetricsSummary Summarize()
    {
        var rate = _labels / _weight;
        return WithAreas(new()
        {
            Examples = _examples,
            Weight = _weight,
            PositiveRate = rate,
            Auc = 0,
            LogLoss = _loss / _weight,
            NormalizedEntropy = _loss / _weight / EntropyOf(rate),
            Calibration = _predictions / _labels,
            ExpectedCalibrationError = CalibrationBuckets.ErrorOf(_histogram),
            AsServed = _asServed,
            Unscored = _unscored
        });
    }

    /// <summary>The examples in buckets of about equal weight, by ascending prediction.</summary>
    public CalibrationBucket[] Buckets(int count) => CalibrationBuckets.Of(_histogram, count);

    public void Save(FieldWriter fields)
    {
        fields.Int64(_examples);
        fields.Double(_weight);
        fields.Double(_labels);
        fields.Double(_predictions);
        fields.Double(_loss);
        _histogram.Save(fields);
    }

    /// <exception cref="FormatException">These are not the bytes of metrics.</exception>
    public void Load(ref FieldReader fields)
    {
        _examples = fields.Int64();
        (_weight, _labels, _predictions, _loss) = (fields.Double(), fields.Double(), fields.Double(), fields.Double());
        _histogram.Load(ref fields);
    }

    public void Clear()
    {
        _histogram.Clear();
        _exact?.Clear();
        (_examples, _asServed, _unscored) = (0, 0, 0);
        _weight = _labels = _predictions = _loss = 0;
    }

    // NaN where only one label was seen.
    private static double EntropyOf(double rate) =>
        rate is > 0 and < 1 ? -(rate * ExactMath.Log(rate)) - ((1 - rate) * ExactMath.Log(1 - rate)) : double.NaN;

    private MetricsSummary WithAreas(MetricsSummary summary)
    {
        if (_exact is { IsComplete: true })
        {
            _exact.Group();
            return summary with
            {
                Auc = CurveAreas.Roc(_exact.Positives, _exact.Negatives),
                PrAuc = CurveAreas.AveragePrecision(_exact.Positives, _exact.Negatives),
            };
        }
        var positives = _histogram.Positives;
        var negatives = _histogram.Negatives;
        return summary with
        {
            Auc = CurveAreas.Roc(positives, negatives),
            AucError = CurveAreas.RocError(positives, negatives),
            PrAuc = CurveAreas.AveragePrecision(positives, negatives),
            PrAucError = CurveAreas.AveragePrecisionError(positives, negatives),
        };
    }
}
