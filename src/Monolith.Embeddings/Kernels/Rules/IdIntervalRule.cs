namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>b = (1 - lr) b + lr interval. In this form, because b may be so large at first that interval - b is -b.</summary>
internal static class IdIntervalRule
{
    public static void Step(ref float mean, float learningRate, long interval) =>
        mean = MathF.FusedMultiplyAdd(learningRate, interval, (1 - learningRate) * mean);
}
