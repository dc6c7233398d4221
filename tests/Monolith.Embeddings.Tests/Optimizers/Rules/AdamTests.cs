using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Optimizers.Rules;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class AdamTests
{
    // Of the gradients 2, 0, -2, 0, 1, with b1 = 1/2, b2 = 3/4, by hand in fractions and roots; eps is too small to be seen.
    private static IEnumerable<TestCaseData> ByHand =>
    [
        new(Hand(1), 0f, new[] { -1, -1.509175077, -0.987795432, -0.682290385, -0.947436279 }),
        new(Hand(1, nesterov: true), 0f, new[] { -4 / 3.0, -1.551551224, -0.613067862, -0.465242839, -1.019944884 }),
        new(Hand(1, amsGrad: true), 0f, new[] { -1, -1.440958552, -0.919578906, -0.655003775, -0.880377785 }),
        new(Hand(0.5f, decoupledDecay: 0.25f), 1f, new[] { 0.375, 0.073537461, 0.325035101, 0.437158237, 0.24994051 }),
        new(Hand(0.5f, 0.25f, nesterov: true, amsGrad: true), 1f, new[] { 0.625 / 3, 0.087800548, 0.546067161, 0.541818878, 0.238343149 }),
    ];

    // The smallest square's mean and the largest square are about to leave the range of a float.
    [Test]
    public void The_first_step_is_the_learning_rate_at_any_scale_of_the_gradient(
        [Values(1e-17f, 1e-12f, 1e-6f, 1e-3f, 1f, 1e3f, 1e15f, 1e19f)] float scale, [Values] bool amsGrad)
    {
        var row = new OptimizerSteps(new Adam(new AdamOptions { LearningRate = 0.25f, Epsilon = 1e-25f, AmsGrad = amsGrad }), 0, 0)
            .Step(scale, -scale);
        Assert.That(row.Weights[0], Is.EqualTo(-0.25f).Within(1e-6f));
        Assert.That(row.Weights[1], Is.EqualTo(0.25f).Within(1e-6f));
    }

    [TestCaseSource(nameof(ByHand))]
    public void Five_steps_by_hand(AdamOptions options, float weight, double[] path) => new OptimizerSteps(options.Create(), weight)
        .AssertPath([(2, path[0]), (0, path[1]), (-2, path[2]), (0, path[3]), (1, path[4])], 5e-7);

    [Test]
    public void Equals_the_oracle([Values] bool nesterov, [Values] bool amsGrad, [Values] bool decoupled)
    {
        var options =
            new AdamOptions { LearningRate = 0.01f, WeightDecay = 0.02f, Nesterov = nesterov, AmsGrad = amsGrad, Decoupled = decoupled };
        OracleComparison.Run(options.Create(), w => new Oracle(w, options), 1e-5);
    }

    [Test]
    public void Equals_the_oracle_with_other_decays([Values(0f, 0.99f)] float beta1, [Values(0.5f, 0.9999f)] float beta2)
    {
        var options = new AdamOptions { LearningRate = 0.01f, Beta1 = beta1, Beta2 = beta2, Epsilon = 1e-4f };
        OracleComparison.Run(options.Create(), w => new Oracle(w, options), 1e-5);
    }

    [Test]
    public void Counts_the_steps_of_the_row_alone()
    {
        var adam = new Adam(new AdamOptions());
        var (often, rare) = (new OptimizerSteps(adam, 0), new OptimizerSteps(adam, 0));
        for (var i = 0; i < 100; i++) often.Step(1);
        Assert.That((often.State[2], rare.Step(1).State[2]), Is.EqualTo((100f, 1f)));
        Assert.That(rare.Weights[0], Is.EqualTo(-0.001f).Within(1e-8f));
    }

    [TestCase(4, 9, 3, "3")]
    [TestCase(4, 8, 4, "8")]
    [TestCase(3, 9, 3, "9")]
    public void Lengths_that_do_not_belong_together_are_refused(int weights, int state, int gradient, string number) => Assert.That(
        () => new AdamOptions().Build().Apply(new float[weights], new float[state], new float[gradient], new OptimizerContext(0, 0, 1)),
        Throws.ArgumentException.With.Message.Contains(number));

    [Test]
    public void A_full_step_counter_stays_full()
    {
        var row = new OptimizerSteps(new Adam(new AdamOptions()), 0);
        row.State[2] = 1 << 24;
        row.Step(1);
        Assert.That((row.State[2], float.IsFinite(row.Weights[0])), Is.EqualTo(((float)(1 << 24), true)));
    }

    // As PyTorch and Keras publish theirs, at the numbers that they have by default.
    [TestCase(0.002f, 0.004f, 1e-8f, TestName = "NAdam of PyTorch")]
    [TestCase(0.001f, 1f, 1e-7f, TestName = "Nadam of Keras")]
    public void The_growing_momentum_equals_that_of(float rate, float momentumDecay, float epsilon)
    {
        var options = new AdamOptions { LearningRate = rate, Nesterov = true, MomentumDecay = momentumDecay, Epsilon = epsilon };
        var (ours, random) = (new OptimizerSteps(options.Create(), 0.3f), new Random(8));
        var (weight, mean, square, product) = (0.3f * 1.0, 0.0, 0.0, 1.0);
        double beta1 = 0.9f, beta2 = 0.999f;
        var (worst, worstWithout, without) = (0.0, 0.0,
            new OptimizerSteps(new AdamOptions { LearningRate = rate, Nesterov = true, Epsilon = epsilon }.Create(), 0.3f));
        for (var t = 1; t <= 200; t++)
        {
            var gradient = (float)(random.NextDouble() * 2 - 0.7);
            var now = beta1 * (1 - 0.5 * Math.Pow(0.96, t * (double)momentumDecay));
            var next = beta1 * (1 - 0.5 * Math.Pow(0.96, (t + 1) * (double)momentumDecay));
            product *= now;
            mean = beta1 * mean + (1 - beta1) * gradient;
            square = beta2 * square + (1 - beta2) * gradient * gradient;
            var ahead = next * mean / (1 - product * next) + (1 - now) * gradient / (1 - product);
            weight -= rate * ahead / (Math.Sqrt(square / (1 - Math.Pow(beta2, t))) + epsilon);
            worst = Math.Max(worst, Math.Abs(ours.Step(gradient).Weights[0] - weight));
            worstWithout = Math.Max(worstWithout, Math.Abs(without.Step(gradient).Weights[0] - weight));
        }
        Assert.That(worst, Is.LessThan(1e-6));
        Assert.That(worstWithout, Is.GreaterThan(1e-3), "and the constant momentum is another rule");
    }

    [TestCase(0.9f, 1f, 500)]
    [TestCase(0.9f, 0.004f, 40_000)]
    [TestCase(0.999f, 0.004f, 40_000)]
    [TestCase(0f, 0.1f, 100)]
    public void The_growing_momentum_has_no_step_where_its_table_ends(float beta1, float decay, int steps)
    {
        var schedule = new MomentumSchedule(beta1, decay);
        var product = 1.0;
        for (var t = 1; t <= steps; t++)
        {
            double Momentum(long at) => beta1 * (1 - 0.5 * Math.Pow(0.96, at * (double)decay));
            product *= Momentum(t);
            var (mean, gradient) = schedule.AtStep(t);
            if (t is > 100 and < 32_000 && t % 97 != 0) continue;
            Assert.That(mean, Is.EqualTo(Momentum(t + 1) / (1 - product * Momentum(t + 1))).Within(2e-7), $"t = {t}");
            Assert.That(gradient, Is.EqualTo((1 - Momentum(t)) / (1 - product)).Within(2e-7), $"t = {t}");
        }
    }

    [Test]
    public void A_growing_momentum_needs_the_look_ahead_and_room_below_1()
    {
        Assert.That(OptionFailures.Of(() => new AdamOptions { MomentumDecay = 0.004f }.Create()), Has.One.Contains("Nesterov"));
        Assert.That(OptionFailures.Of(() => new AdamOptions { MomentumDecay = 1, Nesterov = true, Beta1 = 0.9999f }.Create()),
            Has.One.Contains("0.9999"));
        Assert.That(OptionFailures.Of(() => new AdamOptions { MomentumDecay = -1, Nesterov = true }.Create()),
            Has.One.Contains("MomentumDecay"));
    }

    private static AdamOptions Hand(float rate, float decoupledDecay = 0, bool nesterov = false, bool amsGrad = false) => new()
    {
        LearningRate = rate,
        Beta1 = 0.5f,
        Beta2 = 0.75f,
        Epsilon = 1e-12f,
        WeightDecay = decoupledDecay,
        Decoupled = decoupledDecay > 0,
        Nesterov = nesterov,
        AmsGrad = amsGrad,
    };

    private sealed class Oracle(double weight, AdamOptions options) : OptimizerOracle(weight)
    {
        private readonly double _beta1 = options.Beta1, _beta2 = options.Beta2;
        private double _mean, _square, _largest, _power1 = 1, _power2 = 1;

        public override void Step(double gradient)
        {
            (_power1, _power2) = (_power1 * _beta1, _power2 * _beta2);
            if (!options.Decoupled) gradient += (double)options.WeightDecay * Weight;
            _mean = _beta1 * _mean + (1 - _beta1) * gradient;
            _square = _beta2 * _square + (1 - _beta2) * gradient * gradient;
            _largest = Math.Max(_largest, _square);
            var mean = options.Nesterov
                ? _beta1 * _mean / (1 - _power1 * _beta1) + (1 - _beta1) * gradient / (1 - _power1)
                : _mean / (1 - _power1);
            var square = (options.AmsGrad ? _largest : _square) / (1 - _power2);
            var decay = options.Decoupled ? (double)options.LearningRate * options.WeightDecay * Weight : 0;
            Weight -= options.LearningRate * mean / (Math.Sqrt(square) + options.Epsilon) + decay;
        }
    }
}
