namespace Monolith.Embeddings.Kernels;

/// <summary>b = (1 - lr) b + lr interval, as b += lr (interval - b).</summary>
internal static class IdIntervalRule
{
    public static void Step(ref float mean, float learningRate, long interval) => mean = MathF.FusedMultiplyAdd(learningRate, interval - mean, mean);
}
