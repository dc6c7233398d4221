using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class AdadeltaTests
{
    // rho = 1/2, eps = 1, by hand in fractions and roots: the first step is 4 / sqrt 9.
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(new Adadelta(new AdadeltaOptions { Decay = 0.5f, Epsilon = 1 }), 0)
        .AssertPath([(4, -4 / 3.0), (-2, -0.29440837), (0, -0.29440837), (1, -0.999642017), (3, -2.43825144)], 5e-7);

    // g' = 2 + 0.5 * 4 = 4 at w = 4: a = 8, u = 4/3, d = 8/9.
    [Test]
    public void Weight_decay_is_part_of_the_gradient_and_the_rate_is_not_part_of_the_state()
    {
        var row = new OptimizerSteps(
            new Adadelta(new AdadeltaOptions { LearningRate = 0.75f, Decay = 0.5f, Epsilon = 1, WeightDecay = 0.5f }), 4).Step(2);
        Assert.That(row.Weights[0], Is.EqualTo(3f).Within(1e-6f));
        Assert.That(row.State, Is.EqualTo(new[] { 8f, 8 / 9f }).Within(1e-6f));
    }

    [Test]
    public void Equals_the_oracle([Values(0.5f, 0.95f)] float rho, [Values(1e-6f, 1e-2f)] float epsilon, [Values(0.02f)] float decay) =>
        OracleComparison.Run(
        new Adadelta(new AdadeltaOptions { Decay = rho, WeightDecay = decay, Epsilon = epsilon }),
        w => new Oracle(w, decay, rho, epsilon), 1e-5);

    private sealed class Oracle(double weight, double decay, double rho, double epsilon) : OptimizerOracle(weight)
    {
        private double _gradients, _steps;

        public override void Step(double gradient)
        {
            gradient += decay * Weight;
            _gradients = rho * _gradients + (1 - rho) * gradient * gradient;
            var step = Math.Sqrt(_steps + epsilon) / Math.Sqrt(_gradients + epsilon) * gradient;
            Weight -= step;
            _steps = rho * _steps + (1 - rho) * step * step;
        }
    }
}
