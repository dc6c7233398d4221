using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Models.Losses;

/// <summary>Which outputs and losses are so far off that their example is left out.</summary>
internal static class AbsurdLoss
{
    /// <summary>A greater logit says that an input is absurd: the logistic function is 0 or 1 from 100 on.</summary>
    public const float LargestLogit = 1e6f;

    /// <summary>A greater gradient of a logit says that an example's weight, or its delay, is absurd.</summary>
    public const float LargestGradient = SoftmaxRow.LargestScale;

    /// <summary>The loss of an example that is left out.</summary>
    public static DelayedLabel None => new(double.NaN, 0, 0);

    // Not greater, but not at most either: what is no number is neither.
    public static bool Is(float output) => !(MathF.Abs(output) <= LargestLogit);

    public static bool Is(DelayedLabel label) => !(double.IsFinite(label.Loss)
        && Math.Abs(label.ByLogit) <= LargestGradient && Math.Abs(label.ByRate) <= LargestGradient);
}
