using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>10,000 random steps of a rule over whole rows against its double-precision oracle, at several dimensions.</summary>
internal static class RowOracleComparison
{
    private const int Steps = 10_000;

    /// <param name="optimizer">What is tested.</param>
    /// <param name="oracle">Makes the oracle of a row from its first weights.</param>
    /// <param name="within">The largest difference allowed, by 1 + the weight's magnitude.</param>
    public static void Run(Optimizer optimizer, Func<float[], RowOracle> oracle, double within)
    {
        foreach (var dimension in new[] { 1, 3, 8, 16, 17, 67, 130 })
        {
            var random = new Random(dimension);
            float[] start = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
            var (row, expected, gradient) = (new OptimizerSteps(optimizer, start), oracle(start), new float[dimension]);
            for (var step = 0; step < Steps; step++)
            {
                var scale = random.Next(8) == 0 ? 0 : random.NextSingle();
                for (var i = 0; i < dimension; i++) gradient[i] = scale * (2 * random.NextSingle() - 1 + 0.2f * (i % 3 - 1));
                row.Step(gradient);
                expected.Step(gradient);
                if (step % 1000 == 999) AssertClose(row, expected, within, $"dimension {dimension}, step {step}");
            }
        }
    }

    private static void AssertClose(OptimizerSteps row, RowOracle expected, double within, string what)
    {
        for (var i = 0; i < row.Weights.Length; i++)
        {
            var difference = Math.Abs(row.Weights[i] - expected.Weights[i]);
            if (!(difference <= within * (1 + Math.Abs(expected.Weights[i]))))
                Assert.Fail($"{what}: weight {i} is {row.Weights[i]}, not {expected.Weights[i]}");
        }
    }
}
