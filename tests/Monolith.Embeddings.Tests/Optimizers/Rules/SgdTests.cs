using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class SgdTests
{
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(new Sgd(new SgdOptions { LearningRate = 0.5f }), 1)
        .AssertPath([(2, 0), (-1, 0.5), (0, 0.5), (0.25f, 0.375), (4, -1.625)], 0);

    [Test]
    public void Five_steps_with_weight_decay_by_hand() =>
        new OptimizerSteps(new Sgd(new SgdOptions { LearningRate = 0.5f, WeightDecay = 0.5f }), 1)
        .AssertPath([(2, -0.25), (-1, 0.3125), (0, 0.234375), (0.25f, 0.05078125), (4, -1.9619140625)], 0);

    [Test]
    public void Equals_the_oracle([Values(0f, 0.02f)] float decay) => OracleComparison.Run(
        new Sgd(new SgdOptions { LearningRate = 0.05f, WeightDecay = decay }), w => new Oracle(w, 0.05f, decay), 1e-5);

    [Test]
    public void Keeps_no_state() => Assert.That(new Sgd(new SgdOptions()).StateLength(7), Is.Zero);

    private sealed class Oracle(double weight, double rate, double decay) : OptimizerOracle(weight)
    {
        public override void Step(double gradient) => Weight -= rate * (gradient + decay * Weight);
    }
}
