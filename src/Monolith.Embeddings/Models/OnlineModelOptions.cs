using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>What the options of the built-in models have in common.</summary>
public abstract class OnlineModelOptions : IValidatedOptions
{
    /// <summary>The largest number of threads that may share a batch: 1,024.</summary>
    public const int MaxThreads = 1024;

    private protected OnlineModelOptions()
    {
    }

    /// <summary>The name of the task to learn. Default null: the schema's only one; to be said where the schema has several.</summary>
    public string? Task { get; set; }

    /// <summary>
    /// How the dense weights learn. Each matrix is one row to it. Default: <see cref="AdagradOptions"/>. The gradient is that of the summed
    /// loss, so a rule whose step grows with the gradient (<see cref="SgdOptions"/>) needs a learning rate that fits the batch size.
    /// </summary>
    public OptimizerOptions Optimizer { get; set; } = new AdagradOptions();

    /// <summary>
    /// What the global bias starts at, in log-odds: finite. Default 0. The log-odds of the mean label spare the model the first steps.
    /// </summary>
    public float InitialBias { get; set; }

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
        errors.Require(MaxDegreeOfParallelism is -1 or (>= 1 and <= MaxThreads), nameof(MaxDegreeOfParallelism),
            $"{MaxDegreeOfParallelism} is neither -1 (all processors) nor between 1 and {MaxThreads}.");
    }

    /// <summary>Whether vectors that are all zeros learn from something else than their products.</summary>
    internal virtual bool LearnsFromZeroVectors(int denseWidth) => false;

    /// <summary>Adds a message for each value that does not fit the schema.</summary>
    internal virtual void CollectShapeErrors(int denseWidth, int vectorWidth, OptionErrors errors)
    {
    }
}
