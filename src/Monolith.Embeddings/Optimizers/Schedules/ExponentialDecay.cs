using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>lr(t) = lr0 rate^(t / T), in stairs with the whole part of t / T.</summary>
public sealed class ExponentialDecay : LearningRateSchedule
{
    /// <summary>rate, what is left of the learning rate after T steps: at least 1e-30, at most 1. Default 0.96.</summary>
    public double DecayRate { get; set; } = 0.96;

    /// <summary>T, in how many steps the rate is multiplied once: at least 1. Default 100,000.</summary>
    public long Steps { get; set; } = 100_000;

    /// <summary>Whether the rate changes every T steps only, instead of at each. Default false.</summary>
    public bool Staircase { get; set; }

    /// <inheritdoc />
    public override double Rate(long globalStep, double learningRate)
    {
        var exponent = Staircase ? globalStep / Steps : (double)globalStep / Steps;
        return learningRate * ExactMath.Power(DecayRate, exponent);
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(DecayRate), DecayRate, 1e-30, 1);
        errors.InRange(nameof(Steps), Steps, 1);
    }
}
