using Monolith.Embeddings.Optimizers.Rules;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Adam"/>. The default learning rate is 0.001.</summary>
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

    /// <summary>
    /// wd: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch keeps its weights, however
    /// long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <summary>
    /// Whether the decay acts on the weight itself, w -= lr wd w (AdamW), instead of being added to the gradient as wd w. Default false.
    /// </summary>
    public bool Decoupled { get; set; }

    /// <summary>Whether the mean looks one step ahead (Nadam). Default false.</summary>
    public bool Nesterov { get; set; }

    /// <summary>
    /// psi: how fast the momentum of <see cref="Nesterov"/> grows from b1 / 2 to b1 with the row's steps, mu(t) = b1 (1 - 0.5 * 0.96^(psi
    /// t)) (Dozat 2016): finite, at least 0. Default 0: it is b1 from the start. PyTorch's NAdam has 0.004, Keras' Nadam 1. Needs <see
    /// cref="Nesterov"/>, and a b1 of at most 0.999.
    /// </summary>
    public float MomentumDecay { get; set; }

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
        errors.InRange(nameof(MomentumDecay), MomentumDecay, 0);
        if (MomentumDecay == 0) return;
        errors.Require(Nesterov, nameof(MomentumDecay),
            $"{MomentumDecay:R} has no effect without {nameof(Nesterov)}: set that, or leave this 0.");
        errors.Require(Beta1 <= MomentumSchedule.LargestBeta1, nameof(MomentumDecay),
            $"{MomentumDecay:R} needs a {nameof(Beta1)} of at most {MomentumSchedule.LargestBeta1:R}; it is {Beta1:R}.");
    }
}
