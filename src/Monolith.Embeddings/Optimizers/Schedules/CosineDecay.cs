using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// lr(t) = end + (lr0 - end) (1 + cos(pi min(t, T) / T)) / 2: half a wave down to a floor (Loshchilov and Hutter 2017, without restarts).
/// </summary>
public sealed class CosineDecay : LearningRateSchedule
{
    /// <summary>T, how many steps the decay takes: at least 1. Default 100,000.</summary>
    public long Steps { get; set; } = 100_000;

    /// <summary>end, the floor, which is the rate at step T and after it: finite, at least 0. Default 0.</summary>
    public float EndRate { get; set; }

    /// <inheritdoc />
    public override double Rate(long globalStep, double learningRate)
    {
        var done = (double)Math.Min(globalStep, Steps) / Steps;
        return (learningRate - EndRate) * ((1 + ExactMath.CosineOfPi(done)) / 2) + EndRate;
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Steps), Steps, 1);
        errors.InRange(nameof(EndRate), EndRate, 0);
    }
}
