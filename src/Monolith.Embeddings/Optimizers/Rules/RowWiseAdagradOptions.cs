using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Options of <see cref="RowWiseAdagrad"/>: n += mean(g'^2); w -= lr g' / (sqrt(n) + eps). The default learning rate is 0.01.
/// </summary>
public sealed class RowWiseAdagradOptions : OptimizerOptions
{
    /// <summary>eps: finite, greater than 0, and not so small that the learning rate by it is infinite. Default 1e-8.</summary>
    public float Epsilon { get; set; } = 1e-8f;

    /// <summary>
    /// wd, added to the gradient as wd w: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch
    /// keeps its weights, however long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new RowWiseAdagrad(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.GreaterThan(nameof(Epsilon), Epsilon, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
        errors.Require(!(Epsilon > 0 && LearningRate > 0) || float.IsFinite(LearningRate / Epsilon), nameof(Epsilon),
            $"{Epsilon:R} is so small that the first step, {nameof(LearningRate)} by it, is infinite.");
    }
}
