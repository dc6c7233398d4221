using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Optimizers.Momentum"/>. The default learning rate is 0.01.</summary>
public sealed class MomentumOptions : OptimizerOptions
{
    /// <summary>mu, how much of the last step goes on: at least 0, less than 1. Default 0.9.</summary>
    public float Momentum { get; set; } = 0.9f;

    /// <summary>Whether to look ahead: w += (1 + mu) n - mu n_before instead of w += n. Default false.</summary>
    public bool Nesterov { get; set; }

    /// <summary>
    /// wd, added to the gradient as wd w: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch
    /// keeps its weights, however long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Momentum(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireBelowOne(errors, nameof(Momentum), Momentum);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
