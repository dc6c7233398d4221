using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Sgd"/>: w -= lr (g + wd w). The default learning rate is 0.01.</summary>
public sealed class SgdOptions : OptimizerOptions
{
    /// <summary>
    /// wd: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch keeps its weights, however
    /// long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Sgd(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
