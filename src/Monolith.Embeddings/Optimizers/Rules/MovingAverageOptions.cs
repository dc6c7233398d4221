using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Options of <see cref="MovingAverage"/>. There is no learning rate in the rule: <see cref="OptimizerOptions.LearningRate"/> is not used,
/// and a <see cref="OptimizerOptions.Schedule"/> is refused. Any precision will do: rounding keeps the mean right. But a mean that goes
/// beyond 65,504 is dropped in <see cref="Rows.RowPrecision.Float16"/>, and what else the row would have learned with it; values of that
/// size need another precision.
/// </summary>
public sealed class MovingAverageOptions : OptimizerOptions
{
    /// <summary>mu, how much of the old value stays: at least 0, less than 1. Default 0.9.</summary>
    public float Decay { get; set; } = 0.9f;

    /// <summary>False: what comes in the gradient's place is a value, which is neither clipped nor compensated.</summary>
    public override bool LearnsFromGradients => false;

    /// <inheritdoc />
    public override Optimizer Create() => new MovingAverage(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RefuseSchedule(errors, "a moving average has no learning rate");
        RequireBelowOne(errors, nameof(Decay), Decay);
    }
}
