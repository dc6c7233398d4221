using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Options of <see cref="Adagrad"/>. The default learning rate is 0.01.</summary>
/// <example>
/// <code>
/// var optimizer = new AdagradOptions { LearningRate = 0.05f, Clipping = new() { Norm = 1 } };
/// </code>
/// </example>
public sealed class AdagradOptions : OptimizerOptions
{
    /// <summary>What n starts at: finite, at least 0. Default 0.1.</summary>
    public float InitialAccumulator { get; set; } = 0.1f;

    /// <summary>
    /// eps: finite, at least 0. Default 0. The sum with <see cref="InitialAccumulator"/> must exceed 0, or a zero gradient would divide 0
    /// by 0.
    /// </summary>
    public float Epsilon { get; set; }

    /// <summary>
    /// wd: finite, at least 0. Default 0. Only rows that get a gradient decay: a row that is not in a batch keeps its weights, however
    /// long, so that wd acts by a row's own steps.
    /// </summary>
    public float WeightDecay { get; set; }

    /// <summary>
    /// Whether the decay acts on the weight itself, w -= lr wd w, instead of being added to the gradient as wd w. Default false.
    /// </summary>
    public bool Decoupled { get; set; }

    /// <inheritdoc />
    public override Optimizer Create() => new Adagrad(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        errors.InRange(nameof(InitialAccumulator), InitialAccumulator, 0);
        errors.InRange(nameof(Epsilon), Epsilon, 0);
        errors.InRange(nameof(WeightDecay), WeightDecay, 0);
        errors.Require(InitialAccumulator + Epsilon != 0, nameof(InitialAccumulator),
            $"and {nameof(Epsilon)} are both 0, so that a zero gradient would divide 0 by 0; one must exceed 0.");
    }
}
