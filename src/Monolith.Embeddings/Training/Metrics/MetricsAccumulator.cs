using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Sums up how well one task was predicted over a window, or in total. Not thread-safe.</summary>
internal sealed class MetricsAccumulator
{
    private readonly AucHistogram _histogram = new();
    private long _examples, _unscored;
    private double _weight, _labels, _predictions, _loss;

    public void Add(float logit, float label, float weight)
    {
        _examples++;
        _weight += weight;
        _labels += (double)weight * label;
        _predictions += weight * Logistic.Sigmoid((double)logit);
        _loss += weight * Logistic.LogLoss((double)logit, label);
        _histogram.Add(logit, (double)weight * label, (double)weight * (1 - label));
    }

    /// <summary>How many examples were scored.</summary>
    public long Examples => _examples;

    /// <summary>How many had a label and no finite logit.</summary>
    public long Unscored => _unscored;

    /// <summary>Counts an example that has a label and no finite logit.</summary>
    public void CountUnscored() => _unscored++;

    public MetricsSummary Summarize() =>
        new()
        {
            Examples = _examples,
            Weight = _weight,
            PositiveRate = _labels / _weight,
            Auc = _histogram.Area(),
            LogLoss = _loss / _weight,
            Calibration = _predictions / _labels,
            Unscored = _unscored
        };

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
        (_examples, _unscored) = (0, 0);
        _weight = _labels = _predictions = _loss = 0;
    }
}
