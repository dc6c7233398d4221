using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

public sealed class DelayedLabelTests
{
    private static readonly double[] Logits = [-40, -6, -1.25, 0, 0.5, 3, 20];
    private static readonly double[] LogRates = [-12, -2, -0.25, 0, 1.5, 5];
    private static readonly double[] Delays = [0, 1e-7, 0.01, 0.4, 1, 7.5, 300];

    [Test]
    public void The_slopes_are_differences_of_the_loss(
        [ValueSource(nameof(Logits))] double s, [ValueSource(nameof(LogRates))] double r, [ValueSource(nameof(Delays))] double delay,
        [Values(0, 0.375, 1)] double label)
    {
        const double Step = 1e-5;
        var here = DelayedLabel.Of(s, r, label, delay);
        var byLogit = (Loss(s + Step, r) - Loss(s - Step, r)) / (2 * Step);
        var byRate = (Loss(s, r + Step) - Loss(s, r - Step)) / (2 * Step);
        // What rounding leaves of a difference, and what the curve adds.
        var allowed = 1e-8 + 1e-9 * Math.Abs(here.Loss);
        Assert.That(here.ByLogit, Is.EqualTo(byLogit).Within(allowed));
        Assert.That(here.ByRate, Is.EqualTo(byRate).Within(allowed));

        double Loss(double logit, double rate) => DelayedLabel.Of(logit, rate, label, delay).Loss;
    }

    [Test]
    public void The_loss_is_the_formula_where_the_formula_keeps_its_digits(
        [Values(-3, -0.5, 0, 2, 8)] double s, [Values(-2, 0, 1)] double r, [Values(0.1, 1, 4)] double delay)
    {
        var (p, rate) = (1 / (1 + Math.Exp(-s)), Math.Exp(r));
        var positive = -Math.Log(p) - Math.Log(rate) + rate * delay;
        var negative = -Math.Log(1 - p + p * Math.Exp(-rate * delay));
        Assert.That(DelayedLabel.Of(s, r, 1, delay).Loss, Is.EqualTo(positive).Within(1e-13 * (1 + Math.Abs(positive))));
        Assert.That(DelayedLabel.Of(s, r, 0, delay).Loss, Is.EqualTo(negative).Within(1e-11 * negative));
    }

    /// <summary>Where p or the wait is small the loss of a negative is p L e, of which the formula keeps no digit.</summary>
    [Test]
    public void A_small_loss_keeps_its_digits([Values(-60, -40, 0)] double s, [Values(1e-12, 1e-9)] double delay)
    {
        var p = Logistic.Sigmoid(s);
        var label = DelayedLabel.Of(s, 0, 0, delay);
        Assert.That(label.Loss, Is.EqualTo(p * delay).Within(1e-8 * p * delay));
        Assert.That(label.ByRate, Is.EqualTo(p * delay).Within(1e-8 * p * delay));
        Assert.That(label.ByLogit, Is.EqualTo(p * Logistic.Sigmoid(-s) * delay).Within(1e-8 * p * delay));
    }

    [Test]
    public void Far_outputs_have_the_limits_and_nothing_overflows()
    {
        // Sure that it comes, and after a wait of 800 means without it: -ln(e^-800 + e^-800).
        Assert.That(DelayedLabel.Of(800, 0, 0, 800).Loss, Is.EqualTo(800 - Math.Log(2)).Within(1e-9));
        // It would have come long ago: 1 - p is left.
        var never = DelayedLabel.Of(0.5, 1000, 0, 3);
        Assert.That((never.Loss, never.ByLogit, never.ByRate), Is.EqualTo((Logistic.LogLoss(0.5, 0), Logistic.Sigmoid(0.5), 0.0)));
        // A wait of nothing says nothing, whatever the rate.
        Assert.That(DelayedLabel.Of(3, 1000, 0, 0), Is.EqualTo(new DelayedLabel(0, 0, 0)));
        Assert.That(DelayedLabel.Of(-1e6, -1e6, 0, 1e9).Loss, Is.Zero);
        Assert.That(double.IsFinite(DelayedLabel.Of(1e6, -1e6, 1, 1e9).Loss));
        Assert.That(DelayedLabel.Of(double.NaN, 0, 0, 1).Loss, Is.NaN);
    }

    [Test]
    public void The_mean_slopes_are_zero_at_the_truth([Values(0.05, 0.6)] double p, [Values(0.5, 2)] double wait)
    {
        // Over all delays up to the wait, by the midpoint rule; those that come later, or never, are negatives that waited.
        const int Steps = 20_000;
        var (s, rate) = (Math.Log(p / (1 - p)), 1.25);
        double byLogit = 0, byRate = 0;
        for (var i = 0; i < Steps; i++)
        {
            var d = (i + 0.5) * wait / Steps;
            var mass = p * rate * Math.Exp(-rate * d) * wait / Steps;
            var positive = DelayedLabel.Of(s, Math.Log(rate), 1, d);
            (byLogit, byRate) = (byLogit + mass * positive.ByLogit, byRate + mass * positive.ByRate);
        }
        var negative = DelayedLabel.Of(s, Math.Log(rate), 0, wait);
        var left = 1 - p * (1 - Math.Exp(-rate * wait));
        Assert.That(byLogit + left * negative.ByLogit, Is.Zero.Within(1e-8));
        Assert.That(byRate + left * negative.ByRate, Is.Zero.Within(1e-8));
    }
}
