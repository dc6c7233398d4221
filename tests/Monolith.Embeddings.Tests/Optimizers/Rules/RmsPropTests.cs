using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class RmsPropTests
{
    // n runs over 4, 4, 4, 3, 6.25; eps is 1/2.
    [Test]
    public void Five_steps_by_hand() =>
        new OptimizerSteps(new RmsProp(new RmsPropOptions { LearningRate = 1, Decay = 0.75f, Epsilon = 0.5f }), 0)
        .AssertPath([(4, -1.6), (2, -2.4), (-2, -1.6), (0, -1.6), (4, -1.6 - 4 / 3.0)], 5e-7);

    // n runs over 4, 4, 4, 3, 6.25 here, too.
    [Test]
    public void Five_accumulating_steps_by_hand() =>
        new OptimizerSteps(new RmsProp(new RmsPropOptions { LearningRate = 1, Decay = 0.75f, Epsilon = 0.5f, Accumulate = true }), 0)
            .AssertPath([(2, -0.8), (1, -1.2), (-1, -0.8), (0, -0.8), (2, -0.8 - 2 / 3.0)], 5e-7);

    // g' = 2 + 0.5 * 4 = 4 at w = 4.
    [Test]
    public void Weight_decay_is_part_of_the_gradient()
    {
        var row = new OptimizerSteps(
            new RmsProp(new RmsPropOptions { LearningRate = 1, Decay = 0.75f, Epsilon = 2, WeightDecay = 0.5f }), 4).Step(2);
        Assert.That((row.Weights[0], row.State[0]), Is.EqualTo((3f, 4f)));
    }

    [Test]
    public void Equals_the_oracle([Values] bool accumulate, [Values(0.5f, 0.99f)] float rho, [Values(0.02f)] float decay) =>
        OracleComparison.Run(
        new RmsProp(new RmsPropOptions { Decay = rho, WeightDecay = decay, Accumulate = accumulate }),
        w => new Oracle(w, decay, rho, accumulate), 1e-5);

    private sealed class Oracle(double weight, double decay, double rho, bool accumulate) : OptimizerOracle(weight)
    {
        private double _square;

        public override void Step(double gradient)
        {
            gradient += decay * Weight;
            _square = rho * _square + (accumulate ? 1 : 1 - rho) * gradient * gradient;
            Weight -= 0.01f * gradient / (Math.Sqrt(_square) + 1e-7f);
        }
    }
}
