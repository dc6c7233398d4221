using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class MomentumTests
{
    // n runs over -1, -1.5, -0.25, -0.125, -2.0625.
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(new Momentum(new MomentumOptions { LearningRate = 0.5f, Momentum = 0.5f }), 0)
        .AssertPath([(2, -1), (2, -2.5), (-1, -2.75), (0, -2.875), (4, -4.9375)], 0);

    // The same n; w gains 1.5 n - 0.5 n_before.
    [Test]
    public void Five_steps_of_Nesterov_by_hand() =>
        new OptimizerSteps(new Momentum(new MomentumOptions { LearningRate = 0.5f, Momentum = 0.5f, Nesterov = true }), 0)
            .AssertPath([(2, -1.5), (2, -3.25), (-1, -2.875), (0, -2.9375), (4, -5.96875)], 0);

    // g' = 2 + 0.5 * 4 = 4 at w = 4.
    [Test]
    public void Weight_decay_is_part_of_the_gradient([Values] bool nesterov)
    {
        var row = new OptimizerSteps(new Momentum(
            new MomentumOptions { LearningRate = 0.25f, Momentum = 0.5f, WeightDecay = 0.5f, Nesterov = nesterov }), 4).Step(2);
        Assert.That((row.Weights[0], row.State[0]), Is.EqualTo((nesterov ? 2.5f : 3f, -1f)));
    }

    [Test]
    public void Equals_the_oracle([Values] bool nesterov, [Values(0.5f, 0.97f)] float momentum, [Values(0.02f)] float decay) =>
        OracleComparison.Run(
        new Momentum(new MomentumOptions { LearningRate = 0.01f, Momentum = momentum, WeightDecay = decay, Nesterov = nesterov }),
        w => new Oracle(w, 0.01f, decay, momentum, nesterov), 1e-5);

    private sealed class Oracle(double weight, double rate, double decay, double momentum, bool nesterov) : OptimizerOracle(weight)
    {
        private double _step;

        public override void Step(double gradient)
        {
            var before = _step;
            _step = momentum * _step - rate * (gradient + decay * Weight);
            Weight += nesterov ? -momentum * before + (1 + momentum) * _step : _step;
        }
    }
}
