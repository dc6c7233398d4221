using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="RmsProp"/>. The default learning rate is 0.01.</summary>
public sealed class RmsPropOptions : OptimizerOptions
{
    /// <summary>rho, the decay of the squares' mean: at least 0, less than 1. Default 0.9.</summary>
    public float Decay { get; set; } = 0.9f;

    /// <summary>eps: finite, greater than 0. Default 1e-7.</summary>
    public float Epsilon { get; set; } = 1e-7f;

    /// <summary>Whether n = rho n + g'^2, a decaying sum, instead of the mean n = rho n + (1 - rho) g'^2. Default false.</summary>
    public bool Accumulate { get; set; }

    /// <summary>
    /// wd, added to the gradient as wd w: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch
    /// keeps its weights, however long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new RmsProp(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireBelowOne(errors, nameof(Decay), Decay);
        errors.GreaterThan(nameof(Epsilon), Epsilon, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
