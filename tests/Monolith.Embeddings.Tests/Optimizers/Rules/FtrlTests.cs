using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class FtrlTests
{
    // n runs over 9, 25, 169, 7225, 24649; beta 1, lr 1/2: w = -z / (2 (1 + sqrt n)).
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(new Ftrl(new FtrlOptions { LearningRate = 0.5f, InitialAccumulator = 9 }), 0)
        .AssertPath([(4, -1.0 / 3), (12, -16.0 / 21), (84, -1.250276855), (-132, -0.832555336), (0, -0.832555336)], 1e-6);

    [Test]
    public void L1_makes_exact_zeros_and_lets_go_of_them()
    {
        var row = new OptimizerSteps(new Ftrl(new FtrlOptions { L1 = 1 }), 0);
        row.Step(0.75f);
        Assert.That(row.Weights[0], Is.Zero, "|z| = 0.75");
        row.Step(0.25f);
        Assert.That(row.Weights[0], Is.Zero, "|z| = 1, the boundary");
        row.Step(0.5f);
        Assert.That(row.Weights[0], Is.Negative, "|z| = 1.5");
        row.Step(-1.5f);
        Assert.That(row.Weights[0], Is.Zero, "|z| is back under 1");
    }

    [Test]
    public void L2_shrinks()
    {
        // z = 2, n = 4: w = -2 / ((1 + 2) / 0.5 + l2).
        var row = new OptimizerSteps(new Ftrl(new FtrlOptions { LearningRate = 0.5f, L2 = 4 }), 0).Step(2);
        Assert.That(row.Weights[0], Is.EqualTo(-0.2f).Within(1e-7f));
    }

    [Test]
    public void A_row_born_at_a_weight_stays_there_until_a_gradient_comes(
        [Values(0.3f, -0.7f, 1e-6f, 123.4f)] float weight, [Values(0f, 0.5f)] float accumulator)
    {
        var row = new OptimizerSteps(new Ftrl(new FtrlOptions { InitialAccumulator = accumulator }), weight);
        for (var i = 0; i < 3; i++) row.Step(0);
        Assert.That(row.Weights[0], Is.EqualTo(weight).Within(2).Ulps);
    }

    [Test]
    public void Equals_the_oracle([Values(0f, 0.5f)] float l1, [Values(0f, 0.3f)] float l2) => OracleComparison.Run(
        new Ftrl(new FtrlOptions { LearningRate = 0.1f, L1 = l1, L2 = l2 }), w => new Oracle(w, 0.1f, l1, l2), 1e-5);

    [Test]
    public void A_moved_weight_stays_there_and_keeps_the_accumulator()
    {
        var ftrl = new Ftrl(new FtrlOptions());
        var row = new OptimizerSteps(ftrl, 0.5f).Step(1).Step(-2);
        row.Weights[0] = 3;
        var accumulator = row.State[0];
        ftrl.WeightsMoved(row.Weights, row.State);
        row.Step(0);
        Assert.That(row.Weights[0], Is.EqualTo(3f).Within(2).Ulps);
        Assert.That(row.State[0], Is.EqualTo(accumulator));
    }

    private sealed class Oracle : OptimizerOracle
    {
        private readonly double _rate, _l1, _l2;
        private double _sum, _z;

        public Oracle(double weight, double rate, double l1, double l2)
            : base(weight)
        {
            (_rate, _l1, _l2) = (rate, l1, l2);
            _z = -weight / rate; // beta = 1, n = 0
        }

        public override void Step(double gradient)
        {
            var before = Math.Sqrt(_sum);
            _sum += gradient * gradient;
            _z += gradient - (Math.Sqrt(_sum) - before) / _rate * Weight;
            Weight = Math.Abs(_z) <= _l1 ? 0 : (Math.Sign(_z) * _l1 - _z) / ((1 + Math.Sqrt(_sum)) / _rate + _l2);
        }
    }
}
