using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class GroupFtrlTests
{
    // n runs over 9, 25, 169, 7225, 24649 by the largest square; beta 1, lr 1/2: w = -z / (2 (1 + sqrt n)). The third weight has a tenth of
    // the gradient: and of all that is linear.
    [Test]
    public void Five_steps_by_hand()
    {
        var row = new OptimizerSteps(new GroupFtrl(new GroupFtrlOptions { LearningRate = 0.5f, InitialAccumulator = 9 }), 0, 0, 0);
        foreach (var (
            gradient, weight) in new[] { (4f, -1.0 / 3), (12, -16.0 / 21), (84, -1.250276855), (-132, -0.832555336), (0, -0.832555336) })
        {
            row.Step(gradient, -gradient, gradient / 10);
            Assert.That(row.Weights[0], Is.EqualTo(weight).Within(1e-6), $"gradient {gradient}");
            Assert.That(row.Weights[1], Is.EqualTo(-weight).Within(1e-6), $"gradient {-gradient}");
            Assert.That(row.Weights[2], Is.EqualTo(weight / 10).Within(1e-6), $"gradient {gradient / 10}");
        }
    }

    // Four weights: the threshold is l1 sqrt 4 = 1.
    [Test]
    public void L1_makes_exact_zeros_of_the_row_and_lets_go_of_them()
    {
        var row = new OptimizerSteps(new GroupFtrl(new GroupFtrlOptions { LearningRate = 0.5f, L1 = 0.5f }), 0, 0, 0, 0);
        row.Step(1, 0, 0, 0);
        Assert.That(row.Weights.Select(BitConverter.SingleToInt32Bits), Is.All.Zero, "norm(z) = 1, the boundary");
        // z = (3, 4, 0, 0), n = 1 + 16: w = -(1 - 1/5) z / ((1 + sqrt 17) / 0.5).
        row.Step(2, 4, 0, 0);
        Assert.That(row.Weights[0], Is.EqualTo(-0.8 * 3 * 0.5 / (1 + Math.Sqrt(17))).Within(1e-7));
        Assert.That(row.Weights[1], Is.EqualTo(-0.8 * 4 * 0.5 / (1 + Math.Sqrt(17))).Within(1e-7));
        Assert.That(row.Weights[2..].Select(BitConverter.SingleToInt32Bits), Is.All.Zero);
    }

    [Test]
    public void A_row_born_at_weights_stays_there_until_a_gradient_comes(
        [Values(0.3f, -0.7f, 1e-6f, 123.4f)] float weight, [Values(0f, 0.5f)] float accumulator)
    {
        var row = new OptimizerSteps(new GroupFtrl(new GroupFtrlOptions { InitialAccumulator = accumulator }), weight, 2 * weight);
        for (var i = 0; i < 3; i++) row.Step(0, 0);
        Assert.That(row.Weights[0], Is.EqualTo(weight).Within(3).Ulps);
        Assert.That(row.Weights[1], Is.EqualTo(2 * weight).Within(3).Ulps);
    }

    [Test]
    public void A_moved_row_stays_there_and_keeps_the_accumulator()
    {
        var ftrl = new GroupFtrl(new GroupFtrlOptions());
        var row = new OptimizerSteps(ftrl, 0.5f, 1).Step(1, 2).Step(-2, 1);
        (row.Weights[0], row.Weights[1]) = (3, -5);
        var accumulator = row.State[2];
        ftrl.WeightsMoved(row.Weights, row.State);
        row.Step(0, 0);
        Assert.That(row.Weights[0], Is.EqualTo(3f).Within(3).Ulps);
        Assert.That(row.Weights[1], Is.EqualTo(-5f).Within(3).Ulps);
        Assert.That(row.State[2], Is.EqualTo(accumulator));
    }

    [Test]
    public void Equals_the_oracle([Values(0f, 0.5f)] float l1, [Values(0f, 0.3f)] float l2) => RowOracleComparison.Run(
        new GroupFtrl(new GroupFtrlOptions { LearningRate = 0.1f, L1 = l1, L2 = l2 }), w => new Oracle(w, 0.1f, l1, l2), 5e-4);

    private sealed class Oracle(float[] weights, double rate, double l1, double l2) : RowOracle(weights)
    {
        private readonly double[] _z = [.. weights.Select(w => -w / rate)]; // beta = 1, n = 0
        private double _sum;

        public override void Step(float[] gradient)
        {
            var before = Math.Sqrt(_sum);
            _sum += gradient.Max(g => (double)g * g);
            for (var i = 0; i < _z.Length; i++) _z[i] += gradient[i] - (Math.Sqrt(_sum) - before) / rate * Weights[i];
            var (norm, threshold) = (Norm(_z), l1 * Math.Sqrt(_z.Length));
            for (var i = 0; i < _z.Length; i++)
                Weights[i] = norm <= threshold ? 0 : -(1 - threshold / norm) * _z[i] / ((1 + Math.Sqrt(_sum)) / rate + l2);
        }
    }
}
