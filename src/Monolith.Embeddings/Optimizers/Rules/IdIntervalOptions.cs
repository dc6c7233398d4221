using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Options of <see cref="IdInterval"/>; for a segment of dimension 1 in 32 bits, without fake quantization. The default learning rate is
/// 0.1, and it is at most 1.
/// </summary>
public sealed class IdIntervalOptions : OptimizerOptions
{
    /// <summary>Creates the defaults: learning rate 0.1.</summary>
    public IdIntervalOptions() => LearningRate = 0.1f;

    /// <inheritdoc />
    public override bool LearnsFromGradients => false;

    /// <summary>
    /// True: an interval may be of any size, and one of more than 65,504, which 16 bits cannot hold, would keep its row from ever learning
    /// again.
    /// </summary>
    public override bool NeedsExactWeights => true;

    /// <inheritdoc />
    public override Optimizer Create() => new IdInterval(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.Require(!(LearningRate > 1), nameof(LearningRate),
            $"{LearningRate:R} is more than 1, the weight that a new interval can have in a mean.");
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors, int dimension)
    {
        CollectErrors(errors);
        errors.Require(dimension == 1, "Dimension", $"{dimension} is not 1; an interval is one number.");
    }
}
