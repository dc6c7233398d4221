using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// lr(t) = (lr0 - end) (1 - min(t, T) / T)^power + end. With <see cref="Cycle"/>, T becomes T max(1, ceil(t / T)): whenever the end is
/// reached, the rate jumps up again, to a lower height each time.
/// </summary>
public sealed class PolynomialDecay : LearningRateSchedule
{
    /// <summary>T, how many steps the decay takes: at least 1. Default 100,000.</summary>
    public long Steps { get; set; } = 100_000;

    /// <summary>end, the rate at step T and after it: finite, at least 0. Default 0.</summary>
    public float EndRate { get; set; }

    /// <summary>power: finite, greater than 0. Default 1, a straight line.</summary>
    public double Power { get; set; } = 1;

    /// <summary>Whether to start again from a lower height whenever the end is reached. Default false.</summary>
    public bool Cycle { get; set; }

    /// <inheritdoc />
    public override double Rate(long globalStep, double learningRate) =>
        (learningRate - EndRate) * ExactMath.Power(Remaining(globalStep), Power) + EndRate;

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Steps), Steps, 1);
        errors.InRange(nameof(EndRate), EndRate, 0);
        errors.GreaterThan(nameof(Power), Power, 0);
    }

    /// <summary>1 - min(t, T) / T, of whole numbers until the one division.</summary>
    private double Remaining(long step)
    {
        if (step <= Steps) return (double)(Steps - step) / Steps;
        if (!Cycle) return 0;
        var (cycles, place) = Math.DivRem(step, Steps);
        return place == 0 ? 0 : (Steps - place) / (Steps * (cycles + 1.0));
    }
}
