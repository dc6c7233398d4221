using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;
using TorchSharp;
using TorchSharp.Modules;
using OptimizerOptions = Monolith.Embeddings.Optimizers.OptimizerOptions;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>Options of <see cref="TorchModel"/>.</summary>
public sealed class TorchModelOptions : IValidatedOptions
{
    /// <summary>The name that files carry and check: the same for all versions of one module. Default <c>torch</c>.</summary>
    public string Name { get; set; } = "torch";

    /// <summary>
    /// The names of the tasks to learn: the module has a logit for each, in the schema's order. Default empty: all tasks of the schema. The
    /// logits of the others are NaN.
    /// </summary>
    public IList<string> Tasks { get; set; } = [];

    /// <summary>
    /// What the weights of a task are multiplied by (<see cref="TorchTargets.Weights"/>), by its name: greater than 0, at most
    /// <see cref="OnlineModelOptions.MaxTaskWeight"/>. Default 1 for each.
    /// </summary>
    public IDictionary<string, float> TaskWeights { get; set; } = new Dictionary<string, float>(StringComparer.Ordinal);

    /// <summary>The task whose metrics a trainer reports. Default null: the first that is learned.</summary>
    public string? ReportedTask { get; set; }

    /// <summary>What is learned by. Default <see cref="LogisticLoss"/>.</summary>
    public TorchLoss Loss { get; set; } = new LogisticLoss();

    /// <summary>
    /// How the module's parameters learn, where <see cref="Optimizer"/> is null: any optimizer of the tables, each parameter one row to it.
    /// Default: <see cref="AdagradOptions"/>, with a rate of 0.01 and an accumulator that begins at 0.1. The gradient is that of the summed
    /// loss, so a rule whose step grows with the gradient (<see cref="SgdOptions"/>) needs a rate that fits the batch size.
    /// </summary>
    /// <remarks>
    /// It runs over the memory of the parameters, which must lie on the CPU. On a device TorchSharp's optimizer of the same formula takes
    /// its place: there is one for plain Adagrad, Adam, AdamW, AMSGrad and SGD without <see cref="OptimizerOptions.Clipping"/>. The state
    /// of these has the names of PyTorch, so that a commit goes from one to the other.
    /// </remarks>
    public OptimizerOptions DenseOptimizer { get; set; } = new AdagradOptions();

    /// <summary>
    /// Makes an optimizer of TorchSharp from the module's parameters, in place of <see cref="DenseOptimizer"/>: for rules that tables do
    /// not have. Default null. Rules that ask for a closure (LBFGS) cannot be used. TorchSharp 0.107 does not keep the numbers that it
    /// passes to native calls from being collected, so that a step may throw, once in a great many.
    /// </summary>
    public Func<IEnumerable<Parameter>, OptimizerHelper>? Optimizer { get; set; }

    /// <summary>
    /// The learning rate of a step, of the number of steps before it, for all groups of <see cref="Optimizer"/>: 0 to the largest float.
    /// Default null: what the optimizer was made with. Rates are no part of commits: this one goes on where it was, since steps are
    /// counted. <see cref="DenseOptimizer"/> has a <see cref="OptimizerOptions.Schedule"/> instead.
    /// </summary>
    public Func<long, double>? LearningRate { get; set; }

    /// <summary>
    /// Where the module computes; the model moves it there. Default null: where its parameters are. A device needs an application with
    /// <c>TorchSharp-cuda-linux</c> or <c>TorchSharp-cuda-windows</c>.
    /// </summary>
    public torch.Device? Device { get; set; }

    /// <summary>
    /// What TorchSharp's generator is set by before each batch that is learned, together with the number of steps: so what is dropped out
    /// is the same after a restart. Default 0. Null leaves the generator alone.
    /// </summary>
    public long? Seed { get; set; } = 0;

    /// <summary>
    /// Whether trainable parameters may have no gradient in the first batch that teaches. Default false: the batch is refused, and the
    /// message names them; most often <c>forward</c> does not use them by mistake.
    /// </summary>
    public bool AllowsUnusedParameters { get; set; }

    /// <summary>
    /// Whether logits and outputs of a batch that is learned come from a forward pass of their own in evaluation mode. Default false: they
    /// are those that are learned from, with whatever the module drops out. True scores a module with dropout as a replica would predict,
    /// for one more forward pass a batch.
    /// </summary>
    public bool ScoresInEvaluationMode { get; set; }

    internal TorchModelOptions Copy() => (TorchModelOptions)MemberwiseClone();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is empty; files carry it.");
        errors.Require(Tasks is not null, nameof(Tasks), "is null, but a list is needed; an empty one means all tasks of the schema.");
        errors.Require(Tasks?.Contains(null!) != true, nameof(Tasks), "holds null, but names of tasks are needed.");
        errors.Require(TaskWeights is not null, nameof(TaskWeights), "is null, but weights are needed; none at all mean 1 for each.");
        errors.Require(Loss is not null, nameof(Loss), "is null, but a value is needed.");
        errors.Nested(nameof(DenseOptimizer), DenseOptimizer);
        errors.Require(DenseOptimizer?.LearnsFromGradients != false, nameof(DenseOptimizer),
            $"{DenseOptimizer?.GetType().Name} reads no gradient, by which dense weights learn.");
        errors.Require(LearningRate is null || Optimizer is not null, nameof(LearningRate),
            $"is for an {nameof(Optimizer)} of TorchSharp, and none is given; set the schedule of {nameof(DenseOptimizer)} instead.");
        foreach (var (task, weight) in TaskWeights ?? new Dictionary<string, float>())
        {
            errors.Require(weight > 0 && weight <= OnlineModelOptions.MaxTaskWeight, $"{nameof(TaskWeights)}['{task}']",
                $"{weight:R} is not greater than 0 and at most {OnlineModelOptions.MaxTaskWeight:R}. To leave a task out, name the others "
                + $"in {nameof(Tasks)}.");
        }
    }
}
