using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="GroupAdagrad"/>. The default learning rate is 0.01.</summary>
public sealed class GroupAdagradOptions : OptimizerOptions
{
    /// <summary>What s starts at: finite, at least 0. Default 0.1.</summary>
    public float InitialAccumulator { get; set; } = 0.1f;

    /// <summary>
    /// beta: finite, at least 0. Default 0. The sum with <see cref="InitialAccumulator"/> must exceed 0, or a zero gradient would divide by
    /// 0.
    /// </summary>
    public float Beta { get; set; }

    /// <summary>
    /// l2, the strength of the pull of whole rows to exact zeros: finite, at least 0. Default 0. It carries no root of the dimension.
    /// </summary>
    public float L2 { get; set; }

    /// <summary>
    /// wd, added to the gradient as wd w: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch
    /// keeps its weights, however long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new GroupAdagrad(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.InRange(nameof(InitialAccumulator), InitialAccumulator, 0);
        errors.InRange(nameof(Beta), Beta, 0);
        errors.InRange(nameof(L2), L2, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
        errors.Require(InitialAccumulator + Beta != 0, nameof(InitialAccumulator),
            $"and {nameof(Beta)} are both 0, so that a zero gradient would divide by 0; one must exceed 0.");
    }
}
