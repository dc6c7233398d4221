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

    /// <summary>eps: finite, at least 1e-30. Default 1e-8.</summary>
    public float Epsilon { get; set; } = 1e-8f;

    /// <summary>wd: finite, at least 0. Default 0.</summary>
    public float WeightDecay { get; set; }

    /// <summary>Whether the decay acts on the weight itself, w -= lr wd w (AdamW), instead of being added to the gradient as wd w. Default false.</summary>
    public bool Decoupled { get; set; }

    /// <summary>Whether the mean looks one step ahead (Nadam). Default false.</summary>
    public bool Nesterov { get; set; }

    /// <summary>Whether to divide by the largest v so far, for one more float of state a weight (AMSGrad). Default false.</summary>
    public bool AmsGrad { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Adam(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireBelowOne(errors, nameof(Beta1), Beta1);
        RequireBelowOne(errors, nameof(Beta2), Beta2);
        errors.InRange(nameof(Epsilon), Epsilon, 1e-30);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
