using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Progressive validation (Blum, Kalai and Langford 1999): every example is predicted, scored, and only then learned from, so that the
/// whole stream is a test set. Kept for the current window and in total, for each task. Examples without a label, and logits that are not
/// finite, are not scored; the latter are counted (<see cref="MetricsSummary.Unscored"/>). Not thread-safe.
/// </summary>
public sealed class ProgressiveMetrics
{
    private readonly LabelTask[] _tasks;
    private readonly MetricsAccumulator[] _window;
    private readonly MetricsAccumulator[] _total;

    /// <summary>Creates metrics that have seen nothing.</summary>
    /// <param name="schema">Says which tasks there are.</param>
    public ProgressiveMetrics(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _tasks = [.. schema.Tasks];
        _window = [.. _tasks.Select(_ => new MetricsAccumulator())];
        _total = [.. _tasks.Select(_ => new MetricsAccumulator())];
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="examples">Labels and weights.</param>
    /// <param name="logits">The logits before learning and without offsets, [rows, tasks].</param>
    /// <exception cref="ArgumentException">There are not rows times tasks logits.</exception>
    public void Add(ExampleBatch examples, ReadOnlySpan<float> logits)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (logits.Length != examples.Rows * _tasks.Length)
            throw new ArgumentException(
                $"{examples.Rows} rows of {_tasks.Length} tasks need {examples.Rows * _tasks.Length} logits; got {logits.Length}.",
                nameof(logits));
        foreach (var task in _tasks) Add(task, examples, logits);
    }

    /// <summary>
    /// How many examples in total were not scored for want of a finite logit, in the worst of the tasks that are predicted at all.
    /// </summary>
    internal long Unscored
    {
        get
        {
            var most = 0L;
            foreach (var task in _total) most = Math.Max(most, task.Examples > 0 ? task.Unscored : 0);
            return most;
        }
    }

    /// <summary>What was seen since the window began.</summary>
    /// <param name="task">A task of the schema.</param>
    public MetricsSummary Window(LabelTask task) => _window[task.Index].Summarize();

    /// <summary>What was seen in total.</summary>
    /// <param name="task">A task of the schema.</param>
    public MetricsSummary Total(LabelTask task) => _total[task.Index].Summarize();

    /// <summary>Begins the next window.</summary>
    public void ClearWindow()
    {
        foreach (var window in _window) window.Clear();
    }

    /// <summary>Writes what was seen in total. A window is for those who watch: the next run begins its own.</summary>
    internal void Save(FieldWriter fields)
    {
        fields.Int32(_tasks.Length);
        foreach (var metrics in _total) metrics.Save(fields);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">These are the bytes of other metrics.</exception>
    internal void Load(ref FieldReader fields)
    {
        var tasks = fields.Int32();
        if (tasks != _tasks.Length) throw new FormatException($"There are metrics of {tasks} tasks, and {_tasks.Length} tasks.");
        foreach (var metrics in _total) metrics.Load(ref fields);
    }

    private void Add(LabelTask task, ExampleBatch examples, ReadOnlySpan<float> logits)
    {
        var labels = examples.Labels(task);
        var weights = examples.Weights;
        var (window, total) = (_window[task.Index], _total[task.Index]);
        for (var row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            var logit = logits[row * _tasks.Length + task.Index];
            if (!float.IsFinite(logit))
            {
                window.CountUnscored();
                total.CountUnscored();
                continue;
            }
            window.Add(logit, labels[row], weights[row]);
            total.Add(logit, labels[row], weights[row]);
        }
    }
}
