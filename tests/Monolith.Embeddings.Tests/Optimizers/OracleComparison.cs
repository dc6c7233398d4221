using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>Many random steps of an optimizer against its double-precision oracle, at several dimensions.</summary>
internal static class OracleComparison
{
    public const int Steps = 10_000, StepsBetweenLooks = 500;

    private static readonly int[] Dimensions = [1, 3, 31, 130];

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="oracle">Makes the oracle of a weight that is born at a value.</param>
    /// <param name="within">The largest difference of a weight w from its oracle, at any look, divided by 1 + |w|.</param>
    public static void Run(Optimizer optimizer, Func<float, OptimizerOracle> oracle, double within)
    {
        foreach (var dimension in Dimensions)
        {
            var random = new Random(dimension);
            float[] start = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
            var (row, gradient) = (new OptimizerSteps(optimizer, start), new float[dimension]);
            OptimizerOracle[] oracles = [.. start.Select(oracle)];
            for (var step = 1; step <= Steps; step++)
            {
                for (var i = 0; i < dimension; i++)
                {
                    gradient[i] = random.Next(8) == 0 ? 0 : 2 * random.NextSingle() - 0.9f;
                    oracles[i].Step(gradient[i]);
                }
                row.Step(gradient);
                if (step % StepsBetweenLooks == 0) AssertEqual(row.Weights, oracles, within, step);
            }
        }
    }

    private static void AssertEqual(float[] weights, OptimizerOracle[] oracles, double within, int step)
    {
        var worst = Enumerable.Range(0, weights.Length).MaxBy(i => Distance(weights[i], oracles[i].Weight));
        Assert.That(Distance(weights[worst], oracles[worst].Weight), Is.LessThanOrEqualTo(within),
            $"weight {worst} of {weights.Length} after step {step}: {weights[worst]:R}, the oracle's {oracles[worst].Weight:R}");
    }

    // NaN is farther than any bound.
    private static double Distance(double weight, double expected) =>
        Math.Abs(weight - expected) / (1 + Math.Abs(expected)) is var d && d >= 0 ? d : double.MaxValue;
}
