using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// The rate rises linearly for some steps, lr(t) = lr0 (t + 1) / n for t below n, so that even the first step learns something and step n -
/// 1 is the first with the whole rate; then another schedule begins, at its own step 0.
/// </summary>
public sealed class WarmUp : LearningRateSchedule
{
    /// <summary>n, how many steps the rise takes: at least 1. Default 1,000.</summary>
    public long Steps { get; set; } = 1000;

    /// <summary>What follows, asked for lr(t - n). Default <see cref="ConstantRate"/>.</summary>
    public LearningRateSchedule Then { get; set; } = new ConstantRate();

    /// <inheritdoc />
    public override double Rate(long globalStep, double learningRate)
    {
        if (globalStep < Steps) return learningRate * ((globalStep + 1.0) / Steps);
        using var level = NestedOptions.Enter(this);
        return Then.Rate(globalStep - Steps, learningRate);
    }

    /// <inheritdoc />
    public override LearningRateSchedule Copy()
    {
        using var level = NestedOptions.Enter(this);
        return new WarmUp { Steps = Steps, Then = Then.Copy() };
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Steps), Steps, 1);
        errors.Nested(nameof(Then), Then);
    }

    internal override bool IsBuiltIn
    {
        get
        {
            using var level = NestedOptions.Enter(this);
            return Then.IsBuiltIn;
        }
    }
}
