using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Options of <see cref="DelayCompensation"/>. Learning rate and schedule are those of <see cref="Inner"/>, and must not be set here;
/// clipping may be set in either place, and cuts the compensated gradient. The default learning rate is that of <see cref="Inner"/>'s
/// default, 0.01.
/// </summary>
public sealed class DelayCompensationOptions : OptimizerOptions
{
    private readonly float _untouchedRate;

    /// <summary>Creates the defaults.</summary>
    public DelayCompensationOptions() => _untouchedRate = LearningRate;

    /// <summary>The rule that the compensated gradients go to. Default: <see cref="AdagradOptions"/>.</summary>
    public OptimizerOptions Inner { get; set; } = new AdagradOptions();

    /// <summary>lambda, how much is compensated: finite, at least 0. Default 0.1.</summary>
    public float Lambda { get; set; } = 0.1f;

    /// <inheritdoc />
    public override bool LearnsFromGradients
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Inner?.LearnsFromGradients ?? true;
        }
    }

    /// <inheritdoc />
    public override bool NeedsExactWeights
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Inner?.NeedsExactWeights ?? false;
        }
    }

    internal override bool UsesForeignCode
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Inner.UsesForeignCode;
        }
    }

    /// <inheritdoc />
    public override Optimizer Create() => new DelayCompensation(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        CollectOwnErrors(errors);
        errors.Nested(nameof(Inner), Inner);
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors, int dimension)
    {
        CollectOwnErrors(errors);
        errors.Nested(nameof(Inner), Inner, (inner, found) => inner.CollectErrors(found, dimension));
    }

    private void CollectOwnErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RefuseSchedule(errors, $"the rate is that of {nameof(Inner)}");
        errors.Require(LearningRate == _untouchedRate, nameof(LearningRate),
            $"{LearningRate:R} is set, but the rate is that of {nameof(Inner)}; set it there.");
        errors.InRange(nameof(Lambda), Lambda, 0);
        errors.Require(NestedOptions.Ask(this, o => o.LearnsFromGradients, true), nameof(Inner),
            "reads no gradient that could be compensated.");
    }
}
