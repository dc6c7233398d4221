using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>Many random steps of an optimizer against its double-precision oracle, at several dimensions.</summary>
internal static class OracleComparison
{
    public const int Steps = 1000;

    public static void Run(Optimizer optimizer, Func<float, OptimizerOracle> oracle, double within)
    {
        foreach (var dimension in new[] { 1, 3, 16, 17, 67 })
        {
            var random = new Random(dimension);
            float[] start = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
            var row = new OptimizerSteps(optimizer, start);
            OptimizerOracle[] oracles = [.. start.Select(oracle)];
            for (var step = 0; step < Steps; step++)
            {
                float[] gradient = [.. Enumerable.Range(0, dimension).Select(_ => random.Next(8) == 0 ? 0 : 2 * random.NextSingle() - 0.9f)];
                row.Step(gradient);
                for (var i = 0; i < dimension; i++) oracles[i].Step(gradient[i]);
            }
            for (var i = 0; i < dimension; i++)
                Assert.That(row.Weights[i], Is.EqualTo(oracles[i].Weight).Within(within * (1 + Math.Abs(oracles[i].Weight))), $"dimension {dimension}, weight {i}");
        }
    }
}
