using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Adam"/>.</summary>
public sealed class AdamOptions : OptimizerOptions
{
    /// <summary>Creates the defaults: learning rate 0.001.</summary>
    public AdamOptions() => LearningRate = 0.001f;

    /// <summary>b1, the decay of the gradient's mean: at least 0, less than 1. Default 0.9.</summary>
    public float Beta1 { get; set; } = 0.9f;

    /// <summary>b2, the decay of the squared gradient's mean: at least 0, less than 1. Default 0.999.</summary>
    public float Beta2 { get; set; } = 0.999f;

    /// <summary>eps: finite, greater than 0. Default 1e-8.</summary>
    public float Epsilon { get; set; } = 1e-8f;

    /// <summary>wd, added to the gradient as wd w: finite, at least 0. Default 0.</summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Adam(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.Require(Beta1 is >= 0 and < 1, nameof(Beta1), $"{Beta1:R} is not at least 0 and less than 1.");
        errors.Require(Beta2 is >= 0 and < 1, nameof(Beta2), $"{Beta2:R} is not at least 0 and less than 1.");
        errors.GreaterThan(nameof(Epsilon), Epsilon, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
