using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class RowWiseAdagradTests
{
    // The mean of the squares runs over 25, 169, 7225, 24649, so that every root is a whole number; eps is too small to be seen.
    [Test]
    public void Five_steps_by_hand()
    {
        var row = new OptimizerSteps(new RowWiseAdagrad(new RowWiseAdagradOptions { LearningRate = 0.5f }), 0, 0);
        (float, float, double, double)[] path =
        [
            (1, 7, -0.5 * 1 / 5, -0.5 * 7 / 5),
            (12, 12, -0.5 * (1.0 / 5 + 12.0 / 13), -0.5 * (7.0 / 5 + 12.0 / 13)),
            (-84, -84, -0.5 * (1.0 / 5 + 12.0 / 13 - 84.0 / 85), -0.5 * (7.0 / 5 + 12.0 / 13 - 84.0 / 85)),
            (132, 132, -0.5 * (1.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157), -0.5 * (7.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157)),
            (0, 0, -0.5 * (1.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157), -0.5 * (7.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157)),
        ];
        foreach (var (first, second, left, right) in path)
        {
            row.Step(first, second);
            Assert.That(row.Weights[0], Is.EqualTo(left).Within(3e-7), $"gradient {first}, {second}");
            Assert.That(row.Weights[1], Is.EqualTo(right).Within(3e-7), $"gradient {first}, {second}");
        }
        Assert.That(row.State, Is.EqualTo(new[] { 24649f }));
    }

    [Test]
    public void Epsilon_stands_beside_the_root()
    {
        var row = new OptimizerSteps(new RowWiseAdagrad(new RowWiseAdagradOptions { LearningRate = 1, Epsilon = 4 }), 0).Step(4);
        Assert.That(row.Weights[0], Is.EqualTo(-0.5f));
    }

    [Test]
    public void Equals_the_oracle([Values(0f, 0.01f)] float decay, [Values(0.1f, 0.01f)] float rate) => RowOracleComparison.Run(
        new RowWiseAdagrad(new RowWiseAdagradOptions { LearningRate = rate, WeightDecay = decay, Epsilon = 1e-6f }),
        w => new Oracle(w, rate, decay, 1e-6f), 2e-5);

    private sealed class Oracle(float[] weights, double rate, double decay, double epsilon) : RowOracle(weights)
    {
        private double _sum;

        public override void Step(float[] gradient)
        {
            double[] decayed = [.. gradient.Select((g, i) => g + decay * Weights[i])];
            _sum += decayed.Average(g => g * g);
            for (var i = 0; i < decayed.Length; i++) Weights[i] -= rate * decayed[i] / (Math.Sqrt(_sum) + epsilon);
        }
    }
}
