using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>One of two versions that answer side by side, and how it does. Thread-safe.</summary>
[DebuggerDisplay("arm {Number}, {Predictor.ModelVersion}")]
public sealed class CanaryArm
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ArmScores> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _labels = new(StringComparer.Ordinal);
    private (long Requests, long Candidates, long Failures) _total;
    private long _requests, _candidates, _failures;
    private TimeSpan _busy, _slowest;

    internal CanaryArm(int number, Predictor predictor, TimeProvider time) => (Number, Predictor, _time) = (number, predictor, time);

    /// <summary>0 for the main arm, 1 for the canary: what to log as <see cref="ServedAs.Arm"/>.</summary>
    public int Number { get; }

    /// <summary>What answers.</summary>
    public Predictor Predictor { get; }

    /// <summary>How it has answered so far. Allocates.</summary>
    public ArmFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new()
                {
                    Requests = _requests,
                    Candidates = _candidates,
                    Failures = _failures,
                    MeanLatency = _requests > 0 ? _busy / _requests : TimeSpan.Zero,
                    SlowestLatency = _slowest,
                    Tasks = [.. _tasks.OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => task.Value.Figures(task.Key))],
                };
            }
        }
    }

    /// <summary>What was counted since the arm was made, whatever was cleared: what metrics show.</summary>
    internal (long Requests, long Candidates, long Failures) Totals
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    /// <summary>How many labels were reported since the arm was made, by task. A copy.</summary>
    internal KeyValuePair<string, long>[] TotalLabels
    {
        get
        {
            lock (_lock) return [.. _labels];
        }
    }

    /// <summary>Rents a request of this arm's predictor.</summary>
    /// <inheritdoc cref="Predictor.Rent" />
    public PredictionRequest Rent(int rows) => Predictor.Rent(rows);

    /// <summary>Predicts by this arm's predictor, and counts it.</summary>
    /// <inheritdoc cref="Predictor.Predict" />
    public void Predict(PredictionRequest request, Span<float> scores)
    {
        var begun = _time.GetTimestamp();
        try
        {
            Predictor.Predict(request, scores);
        }
        catch
        {
            lock (_lock) (_failures, _total.Failures) = (_failures + 1, _total.Failures + 1);
            throw;
        }
        Count(request.Schema, scores, _time.GetElapsedTime(begun));
    }

    /// <summary>Tells what came of a candidate that this arm predicted.</summary>
    /// <param name="task">The task.</param>
    /// <param name="predicted">What was predicted then: a probability.</param>
    /// <param name="label">What came: 0 to 1.</param>
    /// <param name="weight">How much it counts: more than 0 and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside.</exception>
    public void Report(LabelTask task, float predicted, float label, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (predicted is not (>= 0 and <= 1)) throw OutOfRange.Of(nameof(predicted), predicted, $"{predicted:R} is no probability.");
        if (label is not (>= 0 and <= 1)) throw OutOfRange.Of(nameof(label), label, $"A label of {label:R} is not between 0 and 1.");
        if (!(weight > 0) || !double.IsFinite(weight))
            throw OutOfRange.Of(nameof(weight), weight, $"A weight of {weight:R} is not more than 0 and finite.");
        lock (_lock)
        {
            ScoresOf(task.Name).Report(predicted, label, weight);
            _labels[task.Name] = _labels.GetValueOrDefault(task.Name) + 1;
        }
    }

    /// <summary>Forgets what was counted: another version is tried from here on.</summary>
    public void ClearFigures()
    {
        lock (_lock)
        {
            _tasks.Clear();
            (_requests, _candidates, _failures, _busy, _slowest) = (0, 0, 0, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    private void Count(FeatureSchema schema, ReadOnlySpan<float> scores, TimeSpan took)
    {
        var tasks = schema.Tasks.Count;
        lock (_lock)
        {
            (_requests, _total.Requests) = (_requests + 1, _total.Requests + 1);
            _busy += took;
            if (took > _slowest) _slowest = took;
            if (tasks == 0) return;
            _candidates += scores.Length / tasks;
            _total.Candidates += scores.Length / tasks;
            for (var task = 0; task < tasks; task++)
            {
                var of = ScoresOf(schema.Tasks[task].Name);
                for (var at = task; at < scores.Length; at += tasks) of.Predict(scores[at]);
            }
        }
    }

    private ArmScores ScoresOf(string task)
    {
        if (!_tasks.TryGetValue(task, out var scores)) _tasks[task] = scores = new ArmScores();
        return scores;
    }

    private sealed class ArmScores
    {
        // A probability of 0 or 1 in 32 bits is one that was rounded.
        private const double Least = 1e-7;

        private long _scored, _labels;
        private double _scores, _weight, _predicted, _positive, _loss;

        public void Predict(float score)
        {
            if (float.IsNaN(score)) return;
            _scored++;
            _scores += score;
        }

        public void Report(double predicted, double label, double weight)
        {
            var chance = Math.Clamp(predicted, Least, 1 - Least);
            _labels++;
            _weight += weight;
            _predicted += weight * predicted;
            _positive += weight * label;
            _loss -= weight * ((label * ExactMath.Log(chance)) + ((1 - label) * ExactMath.Log(1 - chance)));
        }

        public ArmTaskFigures Figures(string task) => new()
        {
            Task = task,
            MeanScore = _scores / _scored,
            Labels = _labels,
            LogLoss = _loss / _weight,
            Calibration = _predicted / _positive,
        };
    }
}
