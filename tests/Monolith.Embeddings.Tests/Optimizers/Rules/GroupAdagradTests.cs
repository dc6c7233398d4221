using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class GroupAdagradTests
{
    // s runs over 9, 25, 169, 7225, 24649: the largest square of a gradient is added, so that every root is a whole number.
    [Test]
    public void Five_steps_by_hand()
    {
        var row = new OptimizerSteps(new GroupAdagrad(new GroupAdagradOptions { LearningRate = 0.5f, InitialAccumulator = 9 }), 0, 0);
        (float, float, double, double)[] path =
        [
            (4, 1, -0.5 * 4 / 5, -0.5 * 1 / 5),
            (5, -12, -0.5 * (4.0 / 5 + 5.0 / 13), -0.5 * (1.0 / 5 - 12.0 / 13)),
            (-84, 0, -0.5 * (4.0 / 5 + 5.0 / 13 - 84.0 / 85), -0.5 * (1.0 / 5 - 12.0 / 13)),
            (2, 132, -0.5 * (4.0 / 5 + 5.0 / 13 - 84.0 / 85 + 2.0 / 157), -0.5 * (1.0 / 5 - 12.0 / 13 + 132.0 / 157)),
            (0, 0, -0.5 * (4.0 / 5 + 5.0 / 13 - 84.0 / 85 + 2.0 / 157), -0.5 * (1.0 / 5 - 12.0 / 13 + 132.0 / 157)),
        ];
        foreach (var (first, second, left, right) in path)
        {
            row.Step(first, second);
            Assert.That(row.Weights[0], Is.EqualTo(left).Within(3e-7), $"gradient {first}, {second}");
            Assert.That(row.Weights[1], Is.EqualTo(right).Within(3e-7), $"gradient {first}, {second}");
        }
    }

    // eta = 1 / (0 + 1), so that the threshold is l2 = 2.5: 5 shrinks to 2.5, and that to 0.
    [Test]
    public void L2_shrinks_the_norm_and_reaches_exact_zeros()
    {
        var row = new OptimizerSteps(new GroupAdagrad(new GroupAdagradOptions { LearningRate = 1, InitialAccumulator = 1, L2 = 2.5f }),
            3, 4).Step(0, 0);
        Assert.That(row.Weights, Is.EqualTo(new[] { 1.5f, 2f }));
        row.Step(0, 0);
        Assert.That(row.Weights.Select(BitConverter.SingleToInt32Bits), Is.All.Zero);
        row.Step(-10, 0);
        Assert.That(row.Weights[0], Is.Positive, "a strong gradient brings the row back");
    }

    [Test]
    public void Equals_the_oracle([Values(0f, 0.01f)] float decay, [Values(0f, 0.05f)] float l2, [Values(0f, 1f)] float beta) =>
        RowOracleComparison.Run(
        new GroupAdagrad(new GroupAdagradOptions { LearningRate = 0.1f, WeightDecay = decay, L2 = l2, Beta = beta }),
        w => new Oracle(w, 0.1f, decay, beta, l2), 5e-5);

    private sealed class Oracle(float[] weights, double rate, double decay, double beta, double l2) : RowOracle(weights)
    {
        private double _sum = 0.1f;

        public override void Step(float[] gradient)
        {
            double[] decayed = [.. gradient.Select((g, i) => g + decay * Weights[i])];
            _sum += decayed.Max(g => g * g);
            var size = rate / (beta + Math.Sqrt(_sum));
            for (var i = 0; i < decayed.Length; i++) Weights[i] -= size * decayed[i];
            var norm = Norm(Weights);
            for (var i = 0; i < decayed.Length; i++) Weights[i] = norm <= size * l2 ? 0 : (1 - size * l2 / norm) * Weights[i];
        }
    }
}
