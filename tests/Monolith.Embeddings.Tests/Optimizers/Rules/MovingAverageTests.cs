using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class MovingAverageTests
{
    [Test]
    public void Five_steps_by_hand() => new OptimizerSteps(new MovingAverage(new MovingAverageOptions { Decay = 0.75f }), 4)
        .AssertPath([(8, 5), (5, 5), (-3, 3), (0, 2.25), (2.25f, 2.25)], 0);

    // 4, then three values that sum to 24, then one more.
    [Test]
    public void The_values_of_a_repeated_id_are_averaged_by_their_count()
    {
        var average = new MovingAverage(new MovingAverageOptions { Decay = 0.75f });
        float[] weights = [4, -4];
        average.Apply(weights, [], [24, -24], new OptimizerContext(id: 1, step: 0, count: 3));
        Assert.That(weights, Is.EqualTo(new[] { 5f, -5f }));
        average.Apply(weights, [], [9, -9], new OptimizerContext(id: 1, step: 1, count: 1));
        Assert.That(weights, Is.EqualTo(new[] { 6f, -6f }));
    }

    [Test]
    public void A_value_that_stays_is_reached_and_kept_to_the_bit()
    {
        var row = new OptimizerSteps(new MovingAverage(new MovingAverageOptions()), 0);
        for (var i = 0; i < 300; i++) row.Step(0.3f);
        Assert.That(row.Weights[0], Is.EqualTo(0.3f).Within(4).Ulps);
        row.Weights[0] = 0.3f;
        Assert.That(row.Step(0.3f).Weights[0], Is.EqualTo(0.3f));
    }

    [Test]
    public void The_rate_is_not_used() => Assert.That(
        new OptimizerSteps(new MovingAverage(new MovingAverageOptions { LearningRate = 55 }), 1).Step(2).Weights,
        Is.EqualTo(new OptimizerSteps(new MovingAverage(new MovingAverageOptions()), 1).Step(2).Weights));

    [Test]
    public void A_schedule_is_refused() =>
        Assert.That(
            OptionFailures.PathsOf(() => new MovingAverageOptions { Schedule = new WarmUp() }.Create()), Is.EqualTo(new[] { "Schedule" }));

    [Test]
    public void Equals_the_oracle([Values(0f, 0.5f, 0.9f, 0.999f)] float decay) => OracleComparison.Run(
        new MovingAverage(new MovingAverageOptions { Decay = decay }), w => new Oracle(w, decay), 1e-6);

    private sealed class Oracle(double weight, double decay) : OptimizerOracle(weight)
    {
        public override void Step(double gradient) => Weight = decay * Weight + (1 - decay) * gradient;
    }
}
