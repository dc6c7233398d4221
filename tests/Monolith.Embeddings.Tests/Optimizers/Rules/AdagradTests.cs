using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class AdagradTests
{
    // n runs over squares: 9, 25, 169, 7225, 24649, so that every root is a whole number.
    [Test]
    public void Five_steps_by_hand() =>
        new OptimizerSteps(new Adagrad(new AdagradOptions { LearningRate = 0.5f, InitialAccumulator = 9 }), 0)
        .AssertPath(
        [
            (4, -0.5 * 4 / 5),
            (12, -0.5 * (4.0 / 5 + 12.0 / 13)),
            (-84, -0.5 * (4.0 / 5 + 12.0 / 13 - 84.0 / 85)),
            (132, -0.5 * (4.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157)),
            (0, -0.5 * (4.0 / 5 + 12.0 / 13 - 84.0 / 85 + 132.0 / 157)),
        ], 2e-7);

    // The decay goes into the accumulator and into the step: g' = 2 + 1 * 2 = 4 at w = 2.
    [Test]
    public void Weight_decay_counts_in_the_accumulator_and_in_the_step()
    {
        var row =
            new OptimizerSteps(new Adagrad(new AdagradOptions { LearningRate = 0.5f, InitialAccumulator = 9, WeightDecay = 1 }), 2).Step(2);
        Assert.That((row.Weights[0], row.State[0]), Is.EqualTo((1.6f, 25f)));
    }

    [Test]
    public void Epsilon_stands_under_the_root()
    {
        var row = new OptimizerSteps(new Adagrad(new AdagradOptions { LearningRate = 1, InitialAccumulator = 0, Epsilon = 9 }), 0).Step(4);
        Assert.That(row.Weights[0], Is.EqualTo(-0.8f));
    }

    // lr wd = 1/2 of the weight goes, and n is that of the gradient alone: 9 + 16 = 25, then 25 + 144, then 169.
    [Test]
    public void Three_decoupled_steps_by_hand() => new OptimizerSteps(
            new Adagrad(new AdagradOptions { LearningRate = 0.5f, InitialAccumulator = 9, WeightDecay = 1, Decoupled = true }), 2)
        .AssertPath([(4, 0.6), (12, 0.3 - 6.0 / 13), (0, 0.15 - 3.0 / 13)], 2e-7);

    [Test]
    public void Equals_the_oracle([Values(0f, 0.02f)] float decay, [Values] bool decoupled, [Values(1e-3f)] float epsilon) =>
        OracleComparison.Run(
        new Adagrad(new AdagradOptions { LearningRate = 0.1f, WeightDecay = decay, Epsilon = epsilon, Decoupled = decoupled }),
        w => new Oracle(w, 0.1f, decay, epsilon, decoupled), 1e-5);

    private sealed class Oracle(double weight, double rate, double decay, double epsilon, bool decoupled) : OptimizerOracle(weight)
    {
        private double _sum = 0.1f;

        public override void Step(double gradient)
        {
            if (!decoupled) gradient += decay * Weight;
            _sum += gradient * gradient;
            Weight -= rate * gradient / Math.Sqrt(_sum + epsilon) + (decoupled ? rate * decay * Weight : 0);
        }
    }
}
