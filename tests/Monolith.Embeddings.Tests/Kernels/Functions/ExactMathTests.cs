using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

public class ExactMathTests
{
    [Test]
    public void Log_is_within_a_few_units_in_the_last_place()
    {
        var random = new Random(5);
        for (var i = 0; i < 200_000; i++)
        {
            // Every exponent, and values close to 1, where the result is small.
            var value = i % 2 == 0 ? Math.ScaleB(1 + random.NextDouble(), random.Next(-1022, 1023)) : 0.5 + 1.5 * random.NextDouble();
            AssertClose(ExactMath.Log(value), Math.Log(value), $"ln {value:R}");
        }
    }

    [Test]
    public void Log_of_1_is_exactly_0() => Assert.That(ExactMath.Log(1), Is.Zero);

    [TestCase(2)]
    [TestCase(0.5)]
    [TestCase(0.70710678118654752440)]
    [TestCase(0.70710678118654746)]
    [TestCase(2.2250738585072014E-308)]
    [TestCase(double.MaxValue)]
    [TestCase(1 + 2.3e-16)]
    [TestCase(1 - 1.2e-16)]
    public void Log_holds_at_the_seams(double value) => AssertClose(ExactMath.Log(value), Math.Log(value), $"ln {value:R}");

    [Test]
    public void Power_equals_repeated_multiplication_within_its_rounding()
    {
        foreach (var value in new[] { 0.9, 0.999, 1.001, -0.5, (double)0.9f })
        {
            foreach (var exponent in new long[] { 0, 1, 2, 3, 7, 64, 1000, 16777216 })
            {
                var expected = Math.Pow(value, exponent);
                Assert.That(ExactMath.Power(value, exponent), Is.EqualTo(expected).Within(Math.Abs(expected) * 1e-16 * (2 + exponent)),
                    $"{value}^{exponent}");
            }
        }
    }

    [Test]
    public void Power_0_of_0_is_1() => Assert.That((ExactMath.Power(0, 0), ExactMath.Power(0, 1)), Is.EqualTo((1.0, 0.0)));

    private static void AssertClose(double actual, double expected, string what)
    {
        var unit = Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected);
        Assert.That(Math.Abs(actual - expected), Is.LessThanOrEqualTo(4 * unit), what);
    }
}
