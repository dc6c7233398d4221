using Monolith.Embeddings.Optimizers.Rules;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Options of <see cref="Ftrl"/>. A <see cref="OptimizerOptions.Schedule"/> is refused: the rule holds for a constant learning rate.
/// The default learning rate is 0.05.
/// </summary>
public sealed class FtrlOptions : OptimizerOptions
{
    /// <summary>Creates the defaults: learning rate 0.05.</summary>
    public FtrlOptions() => LearningRate = 0.05f;

    /// <summary>beta: finite, at least 0. Default 1. The sum with <see cref="InitialAccumulator"/> must exceed 0.</summary>
    public float Beta { get; set; } = 1;

    /// <summary>l1, the strength of the pull to exact zeros: finite, at least 0. Default 0.</summary>
    public float L1 { get; set; }

    /// <summary>l2: finite, at least 0. Default 0.</summary>
    public float L2 { get; set; }

    /// <summary>What n starts at: finite, at least 0. Default 0.</summary>
    public float InitialAccumulator { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Ftrl(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RefuseSchedule(errors, FtrlRanges.WhyNoSchedule);
        FtrlRanges.Collect(errors, Beta, L1, L2, InitialAccumulator);
    }
}
