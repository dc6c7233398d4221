using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Tests.Kernels.Functions;

[TestFixture]
public sealed class ExactExpTests
{
    [Test]
    public void It_agrees_with_the_library_to_a_few_last_places()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var value = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 4 : 1416);
            var expected = Math.Exp(value);
            Assert.That(ExactMath.Exp(value), Is.EqualTo(expected).Within(1e-15 * expected), $"{value:R}");
        }
    }

    [Test]
    public void It_undoes_the_logarithm()
    {
        for (var value = 1e-3; value < 1e3; value *= 1.01)
            Assert.That(ExactMath.Exp(ExactMath.Log(value)), Is.EqualTo(value).Within(1e-14 * value));
    }

    [TestCase(0, 1)]
    [TestCase(-0.0, 1)]
    [TestCase(-746, 0)]
    [TestCase(-1e300, 0)]
    [TestCase(double.NegativeInfinity, 0)]
    [TestCase(709.8, double.PositiveInfinity)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity)]
    [TestCase(double.NaN, double.NaN)]
    public void It_knows_its_ends(double value, double expected) => Assert.That(ExactMath.Exp(value), Is.EqualTo(expected));

    [Test]
    public void Near_its_ends_it_neither_overflows_nor_vanishes_too_early()
    {
        Assert.That(ExactMath.Exp(709.782), Is.EqualTo(Math.Exp(709.782)).Within(1e-15).Percent);
        Assert.That(ExactMath.Exp(-745.1), Is.EqualTo(double.Epsilon));
        Assert.That(ExactMath.Exp(-720), Is.EqualTo(Math.Exp(-720)).Within(double.Epsilon));
    }

    [TestCase(0.5, 4610103999673009820L)]
    [TestCase(-3.7, 4582783292742766660L)]
    [TestCase(123.456, 5409177805583548739L)]
    public void Its_bits_are_fixed(double value, long bits) =>
        Assert.That(BitConverter.DoubleToInt64Bits(ExactMath.Exp(value)), Is.EqualTo(bits));
}
