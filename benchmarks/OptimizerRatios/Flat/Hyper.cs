namespace OptimizerRatios.Flat;

/// <summary>The numbers that both sides use: none of them 0 where that would save the flat side an instruction.</summary>
internal static class Hyper
{
    public const float Rate = 0.01f, Decay = 1e-4f, Momentum = 0.9f, Epsilon = 1e-7f, Rho = 0.95f, Beta1 = 0.9f, Beta2 = 0.999f;
    public const float Beta = 1, L1 = 1e-3f, L2 = 1e-3f, Average = 0.99f;

    /// <summary>1 / (1 - beta^t) for t up to where it is 1.</summary>
    public static float[] Corrections(float beta)
    {
        var corrections = new List<float> { 0 };
        for (var power = (double)beta; corrections[^1] != 1; power *= beta) corrections.Add((float)(1 / (1 - power)));
        return [.. corrections];
    }

    /// <summary>sqrt(1 - beta^t) for t up to where it is 1.</summary>
    public static float[] Roots(float beta)
    {
        var roots = new List<float> { 0 };
        for (var power = (double)beta; roots[^1] != 1; power *= beta) roots.Add((float)Math.Sqrt(1 - power));
        return [.. roots];
    }
}
