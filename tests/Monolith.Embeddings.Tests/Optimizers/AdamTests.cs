using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

public class AdamTests
{
    // b1 = 1/2, b2 = 3/4, lr = 1, by hand in fractions; eps is too small to be seen.
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(
            new Adam(new AdamOptions { LearningRate = 1, Beta1 = 0.5f, Beta2 = 0.75f, Epsilon = 1e-12f }), 0)
        .AssertPath([(2, -1), (0, -1.509175077), (-2, -0.987795459), (0, -0.682290413), (1, -0.947436298)], 5e-7);

    [Test]
    public void The_first_step_is_the_learning_rate_at_any_scale_of_the_gradient([Values(1e-6f, 1e-3f, 1f, 1e3f, 1e15f)] float scale)
    {
        var row = new OptimizerSteps(new Adam(new AdamOptions { LearningRate = 0.25f, Epsilon = 1e-20f }), 0, 0).Step(scale, -scale);
        Assert.That(row.Weights[0], Is.EqualTo(-0.25f).Within(1e-6f));
        Assert.That(row.Weights[1], Is.EqualTo(0.25f).Within(1e-6f));
    }

    [Test]
    public void Equals_the_oracle([Values(0f, 0.01f)] float decay) => OracleComparison.Run(
        new Adam(new AdamOptions { LearningRate = 0.01f, WeightDecay = decay }), w => new Oracle(w, 0.01f, decay), 1e-5);

    [Test]
    public void Counts_the_steps_of_the_row_alone()
    {
        var adam = new Adam(new AdamOptions());
        var (often, rare) = (new OptimizerSteps(adam, 0), new OptimizerSteps(adam, 0));
        for (var i = 0; i < 100; i++) often.Step(1);
        Assert.That((often.State[2], rare.Step(1).State[2]), Is.EqualTo((100f, 1f)));
        Assert.That(rare.Weights[0], Is.EqualTo(-0.001f).Within(1e-8f));
    }

    [Test]
    public void A_full_step_counter_stays_full()
    {
        var row = new OptimizerSteps(new Adam(new AdamOptions()), 0);
        row.State[2] = 1 << 24;
        row.Step(1);
        Assert.That((row.State[2], float.IsFinite(row.Weights[0])), Is.EqualTo(((float)(1 << 24), true)));
    }

    private sealed class Oracle(double weight, double rate, double decay) : OptimizerOracle(weight)
    {
        private const double Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
        private double _mean, _square;
        private int _step;

        public override void Step(double gradient)
        {
            _step++;
            gradient += decay * Weight;
            _mean = Beta1 * _mean + (1 - Beta1) * gradient;
            _square = Beta2 * _square + (1 - Beta2) * gradient * gradient;
            var mean = _mean / (1 - Math.Pow(Beta1, _step));
            var square = _square / (1 - Math.Pow(Beta2, _step));
            Weight -= rate * mean / (Math.Sqrt(square) + Epsilon);
        }
    }
}
