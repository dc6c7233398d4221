using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Training.Evaluation;

/// <summary>
/// Says when the epochs of a source are to be evaluated, and when they are to end. What it says depends on the stream and on the values
/// alone. Used by the training thread.
/// </summary>
internal sealed class EarlyStopping
{
    private readonly EarlyStopOptions _options;
    private readonly EpochTrack _epochs;
    private readonly LabelTask _task;
    private EarlyStopState _state = EarlyStopState.Begin(0, 0);

    /// <param name="options">Valid.</param>
    /// <param name="source">The trainer's source.</param>
    /// <param name="model">The trainer's model.</param>
    /// <exception cref="ArgumentException">The source has no epochs, or there is no such task.</exception>
    public EarlyStopping(EarlyStopOptions options, ExampleSource source, OnlineModel model)
    {
        _options = options;
        _epochs = EpochTrack.Of(source) ?? throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.EarlyStop)} is set, but the source has no epochs that could end early. Make it by "
            + $"history.{nameof(ExampleSource.Epochs)}(count), or put that in front of a live stream by {nameof(ExampleSource.Then)}. "
            + "A stage behind the epochs, such as a sampler or a log of examples, hides them: put it before them where it has no state, "
            + $"and log the live stream alone, {nameof(ExampleSource.Then)}(live.LoggedTo(log)). "
            + "Epochs of drawn negatives cannot end early.",
            nameof(source));
        Evaluator.RequireSchema(model, options.Validation!);
        _task = TaskOf(options, model);
    }

    /// <summary>The results of the evaluations.</summary>
    public EarlyStopStatus Status => _state.Status;

    /// <summary>The identity of the commit of the best evaluation; null where it is not known.</summary>
    public Guid? BestCommit => _state.BestCommit;

    /// <summary>Where the stream goes on behind the epochs.</summary>
    public StreamPosition End => _epochs.End;

    /// <summary>Whether a position lies behind the epochs.</summary>
    public bool IsBehind(StreamPosition position) => _epochs.DoneAt(position) >= _epochs.Count;

    /// <summary>Whether the epochs are to end here.</summary>
    /// <param name="position">Behind the last batch.</param>
    public bool MustEnd(StreamPosition position) =>
        !Status.IsOver && (Status.WithoutImprovement >= _options.Patience || IsBehind(position));

    /// <summary>Whether it is time to evaluate.</summary>
    /// <param name="position">Behind the last batch.</param>
    /// <param name="examples">How many examples were learned from.</param>
    public bool IsDue(StreamPosition position, long examples)
    {
        if (Status.IsOver || examples == _state.Examples) return false;
        if (_options.EveryExamples is not { } every) return _epochs.DoneAt(position) > _state.Epochs;
        return examples - _state.Examples >= every || IsBehind(position);
    }

    /// <summary>Takes note of an evaluation.</summary>
    /// <returns>Whether it is the best so far.</returns>
    /// <exception cref="InvalidOperationException">
    /// The validation source has no labels of the task, or labels of one kind alone, which have no area under a curve.
    /// </exception>
    public bool Add(EvaluationResult result, StreamPosition position, long examples, long steps)
    {
        var summary = result[_task];
        if (summary.Examples == 0)
        {
            throw new InvalidOperationException(
                $"The validation source has {result.Examples} examples, but none that was scored for task '{_task.Name}': it says "
                + "nothing.");
        }
        var value = _options.Metric == ValidationMetric.Auc ? summary.Auc : summary.LogLoss;
        if (double.IsNaN(value))
        {
            throw new InvalidOperationException(
                $"The {_options.Metric} of the validation source is not a number: of its {summary.Examples} examples of task "
                + $"'{_task.Name}' the mean label is {summary.PositiveRate}. The area under a curve needs positives and negatives; add "
                + $"what is missing, or take {nameof(ValidationMetric)}.{nameof(ValidationMetric.LogLoss)}.");
        }
        var score = new ValidationScore
        {
            Epochs = _epochs.DoneAt(position),
            Examples = examples,
            Steps = steps,
            Value = value,
        };
        var isBest = IsBetter(score.Value);
        var status = Status with
        {
            Evaluations = Status.Evaluations + 1,
            Last = score,
            Best = isBest ? score : Status.Best,
            WithoutImprovement = isBest ? 0 : Status.WithoutImprovement + 1,
        };
        _state = new EarlyStopState(status, isBest ? null : _state.BestCommit, score.Epochs, examples);
        return isBest;
    }

    /// <summary>Whether the best evaluation is here, and no commit is known to hold it.</summary>
    public bool LacksCommit(long examples) => !Status.IsOver && _state.BestCommit is null && Status.Best?.Examples == examples;

    /// <summary>Says which commit holds the best evaluation, which is the last.</summary>
    public void Keep(Guid commit) => _state = _state with { BestCommit = commit };

    /// <summary>Takes note of the end of the epochs.</summary>
    /// <param name="last">The status with which they end: that of the last evaluation, though the trainer may have gone back.</param>
    public void Finish(EarlyStopStatus last)
    {
        var isStopped = last.WithoutImprovement >= _options.Patience;
        _state = _state with { Status = last with { IsOver = true, IsStopped = isStopped }, BestCommit = null };
    }

    public byte[] Save() => _state.Save();

    /// <summary>Takes the state of a commit.</summary>
    /// <param name="section">The bytes of its section; null where it has none: evaluations begin there.</param>
    /// <param name="commit">The commit's identity.</param>
    /// <param name="position">Its position.</param>
    /// <param name="examples">Its number of examples.</param>
    /// <exception cref="InvalidDataException">These are not the bytes of evaluations.</exception>
    public void Restore(ReadOnlyMemory<byte>? section, Guid commit, StreamPosition position, long examples)
    {
        _state = section is { } bytes
            ? EarlyStopState.Load(bytes.Span)
            : EarlyStopState.Begin(_epochs.DoneAt(position), examples);
        if (!_options.RestoreBest || Status.IsOver || _state.BestCommit is not null || Status.Best is not { } best) return;
        // The commit of the best says that of itself by saying nothing. Where commits of the best were not asked for before, the next
        // evaluation starts over.
        _state = best.Examples == examples
            ? _state with { BestCommit = commit }
            : _state with { Status = Status with { Best = null, WithoutImprovement = 0 } };
    }

    private bool IsBetter(double value)
    {
        if (Status.Best is not { } best) return true;
        var gain = _options.Metric == ValidationMetric.Auc ? value - best.Value : best.Value - value;
        return gain > 0 && gain >= _options.MinImprovement;
    }

    private static LabelTask TaskOf(EarlyStopOptions options, OnlineModel model)
    {
        var task = options.Task is null ? model.ReportedTask : model.Schema.Tasks.FirstOrDefault(task => task.Name == options.Task);
        return task ?? throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.EarlyStop)}.{nameof(EarlyStopOptions.Task)} is '{options.Task}', but the model's schema has "
            + $"{string.Join(", ", model.Schema.Tasks.Select(known => $"'{known.Name}'").DefaultIfEmpty("no task"))}.", nameof(options));
    }
}
