using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Progressive validation (Blum, Kalai and Langford 1999): every example is predicted, scored, and only then learned from, so that the
/// whole stream is a test set. Kept for the current window and in total, for each task. Examples without a label, those that are late
/// (<see cref="ExampleBatch.IsLate"/>), and logits that are not finite, are not scored; the last are counted
/// (<see cref="MetricsSummary.Unscored"/>). With <see cref="MetricsOptions.AsServed"/>, what was predicted when an example was served is
/// scored in place of the logit. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// What is scored is the chance that a row of the <b>stream</b> is positive, since the stream's labels are what there is to compare with.
/// With <see cref="FeedbackCorrection.FakeNegativeCalibration"/> and <see cref="FeedbackCorrection.FakeNegativeWeighting"/> that is b =
/// p / (1 + p), where p is served: <see cref="MetricsSummary.Calibration"/> of 1 is right, log-loss and AUC compare with those of a stream
/// that is not corrected, and the rate of what is served is <see cref="MetricsSummary.PositiveRate"/> r as r / (1 - r). With <see
/// cref="FeedbackCorrection.DelayModel"/> it is p, of which labels show only what came within the wait: a calibration above 1 by that share
/// is right.
/// </para>
/// <para>
/// Weights are the examples' own. One that sampling kept with a probability (<see cref="ExampleBatch.KeepRates"/>) stands for 1 / that many
/// of the stream before the sampling: its weight is divided by it, so that all figures are estimates of those over that whole stream.
/// <see cref="MetricsSummary.Examples"/> alone counts what was kept.
/// </para>
/// </remarks>
public sealed class ProgressiveMetrics
{
    private readonly LabelTask[] _tasks;
    private readonly bool _asServed;
    private readonly MetricsAccumulator[] _window;
    private readonly MetricsAccumulator[] _total;

    /// <summary>Creates metrics that have seen nothing.</summary>
    /// <param name="schema">Says which tasks there are.</param>
    /// <param name="options">How predictions are scored; the defaults where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public ProgressiveMetrics(FeatureSchema schema, MetricsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        OptionErrors.ThrowIfInvalid(options ??= new MetricsOptions());
        (_tasks, _asServed) = ([.. schema.Tasks], options.AsServed);
        _window = [.. _tasks.Select(_ => new MetricsAccumulator(options.ExactWindowExamples))];
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
        foreach (var task in _tasks)
            ScoredRows.Visit(task, examples, logits, _asServed, new WindowAndTotal(_window[task.Index], _total[task.Index]));
    }

    /// <summary>
    /// How many examples in total were not scored because they have no finite logit, in the worst of the tasks that are predicted at all.
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

    /// <summary>The examples since the window began, in buckets of about equal weight, by ascending prediction. Allocates.</summary>
    /// <param name="task">A task of the schema.</param>
    /// <param name="count">
    /// How many buckets, 1 to 1,000; there are fewer where more than a bucket's share has one prediction. None without examples.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not between 1 and 1,000.</exception>
    public IReadOnlyList<CalibrationBucket> WindowBuckets(LabelTask task, int count = 20) => Buckets(_window, task, count);

    /// <summary>All examples, in buckets of about equal weight, by ascending prediction. Allocates.</summary>
    /// <inheritdoc cref="WindowBuckets" path="/param|/exception" />
    public IReadOnlyList<CalibrationBucket> TotalBuckets(LabelTask task, int count = 20) => Buckets(_total, task, count);

    /// <summary>Begins the next window.</summary>
    public void ClearWindow()
    {
        foreach (var window in _window) window.Clear();
    }

    /// <summary>The sums of all that was seen in total.</summary>
    internal ScoreSums Sums(LabelTask task) => _total[task.Index].Sums;

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

    /// <summary>Takes the totals of a task of other metrics.</summary>
    /// <param name="other">The other metrics.</param>
    /// <param name="from">The place of a task of theirs.</param>
    /// <param name="to">The place of a task of these.</param>
    internal void TakeTotal(ProgressiveMetrics other, int from, int to) => _total[to] = other._total[from];

    private static CalibrationBucket[] Buckets(MetricsAccumulator[] metrics, LabelTask task, int count)
    {
        if (count is < 1 or > 1000) throw OutOfRange.Of(nameof(count), count, $"{count} buckets are not between 1 and 1,000.");
        return metrics[task.Index].Buckets(count);
    }
}
