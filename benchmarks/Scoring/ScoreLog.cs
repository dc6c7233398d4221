using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;

namespace Scoring;

/// <summary>
/// Keeps every prediction with its label, so that the area under the ROC curve of any part of the stream can be computed exactly.
/// </summary>
public sealed class ScoreLog
{
    private readonly List<float> _logits = [];
    private readonly List<float> _labels = [];

    /// <summary>How many predictions there are.</summary>
    public int Count => _logits.Count;

    /// <summary>Adds the predictions of a batch.</summary>
    /// <param name="examples">The batch.</param>
    /// <param name="logits">A logit an example, of the first task.</param>
    public void Add(ExampleBatch examples, ReadOnlySpan<float> logits)
    {
        _logits.AddRange(logits);
        _labels.AddRange(examples.Labels(examples.Schema.Tasks[0]));
    }

    /// <summary>Adds one prediction.</summary>
    public void Add(float logit, float label)
    {
        _logits.Add(logit);
        _labels.Add(label);
    }

    /// <summary>A log of the predictions from an event on.</summary>
    public ScoreLog From(int from)
    {
        var rest = new ScoreLog();
        rest._logits.AddRange(_logits[from..]);
        rest._labels.AddRange(_labels[from..]);
        return rest;
    }

    /// <summary>Forgets all predictions.</summary>
    public void Clear()
    {
        _logits.Clear();
        _labels.Clear();
    }

    /// <summary>Whether another log has the same predictions and labels, bit for bit.</summary>
    public bool HasSameBits(ScoreLog other) =>
        Bits(_logits).SequenceEqual(Bits(other._logits)) && Bits(_labels).SequenceEqual(Bits(other._labels));

    /// <summary>The area of some events, by ranks; equal scores share their mean rank (Mann and Whitney 1947).</summary>
    /// <param name="from">The first event.</param>
    /// <param name="to">The event behind the last; null for all.</param>
    /// <returns>The area; NaN where the events have one label alone.</returns>
    public double Auc(int from, int? to = null)
    {
        var scores = _logits[from..(to ?? Count)].ToArray();
        var labels = _labels[from..(to ?? Count)].ToArray();
        Array.Sort(scores, labels);
        double rankSum = 0, positives = 0;
        for (var start = 0; start < scores.Length;)
        {
            var end = start;
            while (end < scores.Length && scores[end] == scores[start]) end++;
            var meanRank = (start + 1 + end) / 2.0;
            for (var i = start; i < end; i++)
            {
                if (labels[i] < 0.5f) continue;
                rankSum += meanRank;
                positives++;
            }
            start = end;
        }
        return (rankSum - positives * (positives + 1) / 2) / (positives * (scores.Length - positives));
    }

    /// <summary>Predictions over labels, in sum, from an event on.</summary>
    public double Calibration(int from) => _logits.Skip(from).Sum(Probability) / _labels.Skip(from).Sum(label => (double)label);

    /// <summary>The mean distance of mean prediction and mean label in buckets of equal size, by ascending prediction.</summary>
    public double CalibrationError(int from, int buckets = 20)
    {
        var (scores, labels) = (_logits.Skip(from).ToArray(), _labels.Skip(from).ToArray());
        Array.Sort(scores, labels);
        var sum = 0.0;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var rows = (int)((long)scores.Length * bucket / buckets)..(int)((long)scores.Length * (bucket + 1) / buckets);
            sum += Math.Abs(scores[rows].Sum(Probability) - labels[rows].Sum(label => (double)label));
        }
        return sum / scores.Length;
    }

    /// <summary>The mean log-loss from an event on.</summary>
    public double LogLoss(int from)
    {
        var sum = 0.0;
        for (var i = from; i < Count; i++)
        {
            double logit = _logits[i], label = _labels[i];
            sum += Math.Max(logit, 0) - logit * label + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
        }
        return sum / (Count - from);
    }

    private static ReadOnlySpan<int> Bits(List<float> values) => MemoryMarshal.Cast<float, int>(CollectionsMarshal.AsSpan(values));

    private static double Probability(float logit) => 1 / (1 + Math.Exp(-logit));
}
