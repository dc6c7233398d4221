using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

public sealed class LogisticTests
{
    private static IEnumerable<double> Logits()
    {
        for (var x = -1000.0; x <= 1000; x += 0.8125) yield return x;
        for (var x = -4.0; x <= 4; x += 0.0078125) yield return x;
        foreach (var x in new[] { 1e-300, 1e-10, 0.8813735870195430, 0.8813735870195431, 36.7, 708, 708.1, 745.2 })
        {
            yield return x;
            yield return -x;
        }
    }

    [Test]
    public void The_sigmoid_agrees_with_the_library_to_a_few_units_in_the_last_place()
    {
        foreach (var x in Logits())
        {
            var expected = x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
            // Below the smallest normal number the power counts as 0.
            Assert.That(Logistic.Sigmoid(x), Is.EqualTo(x < -708 ? 0 : expected).Within(4e-16 * expected), $"at {x:R}");
            Assert.That(Logistic.Sigmoid((float)x), Is.EqualTo((float)Logistic.Sigmoid((double)(float)x)));
        }
    }

    [Test]
    public void The_loss_is_the_log_loss_for_logits_up_to_a_thousand([Values(0, 0.25, 1)] double label)
    {
        foreach (var x in Logits())
        {
            // ln(1 + e^-|x|) from the library, by the identity ln(1 + u) = ln(w) u / (w - 1), w = 1 + u (Kahan).
            var power = Math.Exp(-Math.Abs(x));
            var w = 1 + power;
            var tail = w == 1 ? power : Math.Log(w) * power / (w - 1);
            var expected = (x > 0 ? x * (1 - label) : -x * label) + tail;
            Assert.That(Logistic.LogLoss(x, label), Is.EqualTo(expected).Within(1e-15 * expected + 1e-307), $"at {x:R}");
        }
    }

    [Test]
    public void The_gradient_of_the_loss_is_the_sigmoid_less_the_label()
    {
        foreach (var x in new[] { -30.0, -3, -0.5, 0, 0.7, 2, 20 })
        {
            const double Step = 1e-5;
            var slope = (Logistic.LogLoss(x + Step, 0.3) - Logistic.LogLoss(x - Step, 0.3)) / (2 * Step);
            Assert.That(slope, Is.EqualTo(Logistic.Sigmoid(x) - 0.3).Within(1e-8));
        }
    }

    [Test]
    public void NaN_stays_NaN_and_infinities_are_limits()
    {
        Assert.That(Logistic.Sigmoid(double.NaN), Is.NaN);
        Assert.That(Logistic.LogLoss(double.NaN, 0), Is.NaN);
        Assert.That(Logistic.Sigmoid(double.PositiveInfinity), Is.EqualTo(1));
        Assert.That(Logistic.Sigmoid(double.NegativeInfinity), Is.EqualTo(0));
    }
}
