using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>What every optimizer's options have in common. Derive from it to plug in an optimizer of your own.</summary>
public abstract class OptimizerOptions : IValidatedOptions
{
    /// <summary>The step size. Greater than 0; the default is each optimizer's own.</summary>
    public float LearningRate { get; set; } = 0.01f;

    /// <summary>How the learning rate goes on with the global step. Default null: it stays constant.</summary>
    public LearningRateSchedule? Schedule { get; set; }

    /// <summary>Creates the optimizer. Called after validation; later changes to these options do not reach it.</summary>
    public abstract Optimizer Create();

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        errors.GreaterThan(nameof(LearningRate), LearningRate, 0);
        if (Schedule is not null) errors.Nested(nameof(Schedule), Schedule);
    }

    /// <summary>For rules that need a constant learning rate, or have none.</summary>
    /// <param name="errors">Receives the message.</param>
    /// <param name="why">A sentence without its end: what a schedule would break.</param>
    private protected void RefuseSchedule(OptionErrors errors, string why) => errors.Require(
        Schedule is null or ConstantRate, nameof(Schedule), $"{Schedule?.GetType().Name} cannot be used: {why}. Leave it null.");

    /// <summary>Requires a value of at least 0 and less than 1, as the factors of running means have.</summary>
    private protected static void RequireBelowOne(OptionErrors errors, string name, float value) =>
        errors.Require(value is >= 0 and < 1, name, $"{value:R} is not at least 0 and less than 1.");
}
