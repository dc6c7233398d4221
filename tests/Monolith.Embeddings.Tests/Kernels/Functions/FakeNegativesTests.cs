using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

public sealed class FakeNegativesTests
{
    private static readonly double[] Chances = [1e-6, 1e-3, 0.02, 0.3, 0.5, 0.9, 0.999];

    private static double LogOdds(double chance) => Math.Log(chance / (1 - chance));

    [Test]
    public void What_a_stream_of_fake_negatives_shows_is_served_as_the_true_chance([ValueSource(nameof(Chances))] double p)
    {
        var b = p / (1 + p);
        Assert.That(FakeNegatives.Calibrated((float)LogOdds(b)), Is.EqualTo(p).Within(1e-6 * p));
        Assert.That(FakeNegatives.StreamLogit((float)LogOdds(p)), Is.EqualTo(LogOdds(b)).Within(1e-6 * Math.Abs(LogOdds(b))));
    }

    [Test]
    public void A_served_chance_is_at_most_one_and_never_lost()
    {
        float[] logits = [float.NegativeInfinity, -1e30f, -800, -0f, 0, 1e-8f, 3, float.PositiveInfinity, float.NaN];
        Assert.That(logits.Select(FakeNegatives.Calibrated), Is.EqualTo(new[] { 0, 0, 0, 1, 1, 1, 1, 1, float.NaN }));
    }

    [Test]
    public void The_weighted_gradient_is_that_of_weights_held_fast(
        [Values(-30, -4, -0.5, 0, 0.7, 3, 30)] double logit, [Values(0, -2.5, 1)] double offset, [Values(0, 0.25, 1)] double label)
    {
        const double Step = 1e-5;
        var p = Logistic.Sigmoid(logit);
        var (positive, negative) = (1 + p, Logistic.Sigmoid(-logit) * (1 + p));
        var expected = (Loss(logit + Step) - Loss(logit - Step)) / (2 * Step);
        Assert.That(FakeNegatives.WeightedGradient(logit, offset, label), Is.EqualTo(expected).Within(1e-9 + 1e-8 * Math.Abs(expected)));

        // The weights do not move with x: no gradient goes through them.
        double Loss(double x) =>
            label * positive * Logistic.LogLoss(x + offset, 1) + (1 - label) * negative * Logistic.LogLoss(x + offset, 0);
    }

    /// <summary>
    /// Of each example a negative, and of a share p of them a positive as well; of the negatives w are kept, by the offset.
    /// </summary>
    [Test]
    public void The_weighted_gradient_is_zero_at_the_true_chance([ValueSource(nameof(Chances))] double p, [Values(1, 0.1)] double kept)
    {
        var (logit, offset) = (LogOdds(p), -Math.Log(kept));
        Assert.That(Mean(logit), Is.Zero.Within(1e-14));
        Assert.That((Mean(logit - 0.1) < 0, Mean(logit + 0.1) > 0), Is.EqualTo((true, true)));

        double Mean(double x) => p * FakeNegatives.WeightedGradient(x, offset, 1) + kept * FakeNegatives.WeightedGradient(x, offset, 0);
    }

    [Test]
    public void Without_a_correction_the_rule_is_the_log_loss()
    {
        foreach (var (x, y) in new[] { (-3.5, 0.0), (0.25, 1.0), (7.0, 0.5) })
            Assert.That(LogLossRule.Gradient(x, 0.5, y), Is.EqualTo(Logistic.Sigmoid(x + 0.5) - y));
        Assert.That(LogLossRule.StreamLogit(0.1f), Is.EqualTo(0.1f));
    }
}
