using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Adadelta"/>. The default learning rate is 1.</summary>
public sealed class AdadeltaOptions : OptimizerOptions
{
    /// <summary>Creates the defaults: learning rate 1, the paper's rule.</summary>
    public AdadeltaOptions() => LearningRate = 1;

    /// <summary>rho, the decay of both means: at least 0, less than 1. Default 0.95.</summary>
    public float Decay { get; set; } = 0.95f;

    /// <summary>eps, which also sets how large the first steps are: finite, greater than 0. Default 1e-6.</summary>
    public float Epsilon { get; set; } = 1e-6f;

    /// <summary>
    /// wd, added to the gradient as wd w: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch
    /// keeps its weights, however long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Adadelta(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireBelowOne(errors, nameof(Decay), Decay);
        errors.GreaterThan(nameof(Epsilon), Epsilon, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
    }
}
