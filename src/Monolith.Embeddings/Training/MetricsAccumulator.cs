using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Training;

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

    public void Save(BinaryWriter writer)
    {
        writer.Write(_examples);
        writer.Write(_weight);
        writer.Write(_labels);
        writer.Write(_predictions);
        writer.Write(_loss);
        _histogram.Save(writer);
    }

    /// <exception cref="InvalidDataException">These are not the bytes of metrics.</exception>
    public void Load(BinaryReader reader)
    {
        _examples = reader.ReadInt64();
        (_weight, _labels, _predictions, _loss) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        _histogram.Load(reader);
    }

    public void Clear()
    {
        _histogram.Clear();
        (_examples, _unscored) = (0, 0);
        _weight = _labels = _predictions = _loss = 0;
    }
}
