using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

public class ExactPowerTests
{
    [Test]
    public void A_real_power_is_within_the_stated_bound()
    {
        var random = new Random(7);
        for (var i = 0; i < 100_000; i++)
        {
            var (value, exponent) =
                (Math.ScaleB(1 + random.NextDouble(), random.Next(-60, 60)), Math.ScaleB(random.NextDouble(), random.Next(-20, 5)));
            var expected = Math.Pow(value, exponent);
            var bound = Math.ScaleB(1 + Math.Abs(exponent * Math.Log(value)), -50) * expected;
            Assert.That(ExactMath.Power(value, exponent), Is.EqualTo(expected).Within(bound), $"{value:R}^{exponent:R}");
        }
    }

    [TestCase(0.3, 1.0, 0.3)]
    [TestCase(0.3, 2.0, 0.3 * 0.3)]
    [TestCase(0, 0.5, 0)]
    [TestCase(0, 20.0, 0)]
    [TestCase(1, 0.37, 1)]
    [TestCase(1, 1e300, 1)]
    [TestCase(1e-30, 1e300, 0)]
    public void Its_ends_and_the_usual_powers_are_exact(double value, double exponent, double expected) =>
        Assert.That(ExactMath.Power(value, exponent), Is.EqualTo(expected));

    [TestCase(0.96, 0.37, 4607047395095022422L)]
    [TestCase(0.3, 12.5, 4509098015118017008L)]
    public void The_bits_of_a_power_are_fixed(double value, double exponent, long bits) =>
        Assert.That(BitConverter.DoubleToInt64Bits(ExactMath.Power(value, exponent)), Is.EqualTo(bits));

    [Test]
    public void The_cosine_is_within_the_stated_bound()
    {
        for (var i = 0; i <= 200_000; i++)
        {
            var value = i / 200_000.0;
            // The library's own argument is rounded by up to 2^-52 near pi, so it is asked for the sine of an angle of at most half of pi.
            var expected = value > 0.5 ? -Math.Sin(Math.PI * (value - 0.5)) : Math.Sin(Math.PI * (0.5 - value));
            Assert.That(ExactMath.CosineOfPi(value), Is.EqualTo(expected).Within(Math.ScaleB(1, -52)), $"{value:R}");
            Assert.That(ExactMath.CosineOfPi(value), Is.InRange(-1.0, 1.0));
        }
    }

    [TestCase(0, 1)]
    [TestCase(0.5, 0)]
    [TestCase(1, -1)]
    public void The_cosine_is_exact_at_its_ends_and_its_root(double value, double expected) =>
        Assert.That(ExactMath.CosineOfPi(value), Is.EqualTo(expected));

    [TestCase(0.1, 4606741575090066687L)]
    [TestCase(0.3, 4603469518431672926L)]
    [TestCase(0.8, -4617909840040692568L)]
    public void The_bits_of_a_cosine_are_fixed(double value, long bits) =>
        Assert.That(BitConverter.DoubleToInt64Bits(ExactMath.CosineOfPi(value)), Is.EqualTo(bits));
}
