using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>What the options of the built-in models have in common.</summary>
public abstract class OnlineModelOptions : IValidatedOptions
{
    /// <summary>The largest number of threads that may share a batch: 1,024.</summary>
    public const int MaxThreads = 1024;

    /// <summary>The largest weight of a task: a million.</summary>
    public const float MaxTaskWeight = 1e6f;

    private protected OnlineModelOptions()
    {
    }

    /// <summary>
    /// The names of the tasks to learn. Default empty: all tasks of the schema. The logits of the others are NaN. The order says nothing.
    /// </summary>
    public IList<string> Tasks { get; set; } = [];

    /// <summary>
    /// What the losses of a task are multiplied by, by its name: greater than 0, at most <see cref="MaxTaskWeight"/>. Default 1 for each. A
    /// weight says how much a task moves what it shares with others: the embeddings, the hidden layers. Its own weights learn as well with
    /// any, where their optimizer does not depend on the size of gradients (<see cref="AdagradOptions"/>, <see cref="AdamOptions"/>).
    /// </summary>
    public IDictionary<string, float> TaskWeights { get; set; } = new Dictionary<string, float>(StringComparer.Ordinal);

    /// <summary>
    /// The name of the task whose metrics a trainer reports, and by which it stops early (<see cref="OnlineModel.ReportedTask"/>). Default
    /// null: the first that is learned, in the schema's order.
    /// </summary>
    public string? ReportedTask { get; set; }

    /// <summary>
    /// How the dense weights learn. Each matrix is one row to it. Default: <see cref="AdagradOptions"/>. The gradient is that of the summed
    /// loss, so a rule whose step grows with the gradient (<see cref="SgdOptions"/>) needs a learning rate that fits the batch size.
    /// </summary>
    public OptimizerOptions Optimizer { get; set; } = new AdagradOptions();

    /// <summary>
    /// What the global bias of each task starts at, in log-odds: finite. Default 0. The log-odds of the mean label spare the model the
    /// first steps; with <see cref="Features.FeedbackCorrection.FakeNegativeCalibration"/> those of the stream's rows, which are ln of the
    /// true rate.
    /// </summary>
    public float InitialBias { get; set; }

    /// <summary>
    /// What the global bias of a task starts at where it is not <see cref="InitialBias"/>, by the task's name: finite, in log-odds.
    /// </summary>
    public IDictionary<string, float> InitialBiases { get; set; } = new Dictionary<string, float>(StringComparer.Ordinal);

    /// <summary>
    /// Over how many of its first labelled examples the global bias of a task follows the log-odds of their labels, beside what it learns:
    /// 0 (the default, for none) to 1,000,000,000; 10,000 is a good choice for rare labels, and for drawn negatives, whose offsets put the
    /// level far below 0. A batch moves the bias after it was predicted. It begins at <see cref="InitialBias"/>, and how far it has come is
    /// saved; a model that was saved without it has begun already. Not where gradients are handed back
    /// (<see cref="TrainContext.DenseGradients"/>).
    /// </summary>
    public int InitialBiasExamples { get; set; }

    /// <summary>
    /// How many threads at most share one batch: 1 to <see cref="MaxThreads"/>, or -1 (the default) for as many as the machine has
    /// processors. Small batches run on the calling thread alone. No result depends on it.
    /// </summary>
    public int MaxDegreeOfParallelism { get; set; } = -1;

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        errors.Nested(nameof(Optimizer), Optimizer);
        errors.Require(NestedOptions.Ask(Optimizer, o => o?.LearnsFromGradients ?? true, true), nameof(Optimizer),
            $"{Optimizer?.GetType().Name} reads no gradient, by which dense weights learn.");
        errors.Require(float.IsFinite(InitialBias), nameof(InitialBias), $"{InitialBias:R} is not finite.");
        errors.InRange(nameof(InitialBiasExamples), InitialBiasExamples, 0, 1_000_000_000);
        CollectTaskErrors(errors);
        errors.Require(MaxDegreeOfParallelism is -1 or (>= 1 and <= MaxThreads), nameof(MaxDegreeOfParallelism),
            $"{MaxDegreeOfParallelism} is neither -1 (all processors) nor between 1 and {MaxThreads}.");
    }

    internal double WeightOf(string task) => TaskWeights.TryGetValue(task, out var weight) ? weight : 1;

    internal float InitialBiasOf(string task) => InitialBiases.TryGetValue(task, out var bias) ? bias : InitialBias;

    private void CollectTaskErrors(OptionErrors errors)
    {
        errors.Require(Tasks is not null, nameof(Tasks), "is null, but a list is needed; an empty one means all tasks of the schema.");
        errors.Require(Tasks?.Contains(null!) != true, nameof(Tasks), "holds null, but names of tasks are needed.");
        foreach (var again in (Tasks ?? []).Where(name => name is not null).GroupBy(name => name).Where(names => names.Count() > 1))
            errors.Add(nameof(Tasks), $"'{again.Key}' stands there {again.Count()} times; each task is learned once.");
        errors.Require(TaskWeights is not null, nameof(TaskWeights), "is null, but weights are needed; none at all mean 1 for each.");
        errors.Require(InitialBiases is not null, nameof(InitialBiases),
            $"is null, but biases are needed; none at all mean {nameof(InitialBias)} for each.");
        foreach (var (task, weight) in TaskWeights ?? new Dictionary<string, float>())
        {
            errors.Require(weight > 0 && weight <= MaxTaskWeight, $"{nameof(TaskWeights)}['{task}']",
                $"{weight:R} is not greater than 0 and at most {MaxTaskWeight:R}. To leave a task out, name the others in "
                + $"{nameof(Tasks)}.");
        }
        foreach (var (task, bias) in InitialBiases ?? new Dictionary<string, float>())
            errors.Require(float.IsFinite(bias), $"{nameof(InitialBiases)}['{task}']", $"{bias:R} is not finite.");
    }

    /// <summary>Whether vectors that are all zeros learn from something else than their products.</summary>
    internal virtual bool LearnsFromZeroVectors(int denseWidth) => false;

    /// <summary>Adds a message for each value that does not fit the schema.</summary>
    internal virtual void CollectShapeErrors(int denseWidth, int vectorWidth, int heads, OptionErrors errors)
    {
    }
}
