using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>What every optimizer's options have in common. Derive from it to plug in an optimizer of your own.</summary>
public abstract class OptimizerOptions : IValidatedOptions
{
    /// <summary>The step size. Greater than 0; the default is each optimizer's own.</summary>
    public float LearningRate { get; set; } = 0.01f;

    /// <summary>Creates the optimizer. Called after validation; later changes to these options do not reach it.</summary>
    public abstract Optimizer Create();

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors) => errors.GreaterThan(nameof(LearningRate), LearningRate, 0);
}
