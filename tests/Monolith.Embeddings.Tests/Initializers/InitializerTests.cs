using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Initializers;

public class InitializerTests
{
    private const int Draws = 400_000;

    [Test]
    public void Uniform_has_the_moments_and_the_range_of_its_distribution()
    {
        var values = Draw(new UniformInitializer(new UniformInitializerOptions { Minimum = -1, Maximum = 3 }));
        Assert.That(values, Is.All.InRange(-1f, 3f));
        Assert.That((values.Min(), values.Max()), Is.EqualTo((-1f, 3f))
            .Using<(float, float)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3));
        Assert.That(values.Average(), Is.EqualTo(1).Within(0.01));
        Assert.That(Variance(values), Is.EqualTo(16.0 / 12).Within(0.01));
    }

    [Test]
    public void Uniform_never_leaves_its_range_by_rounding()
    {
        var random = new Random(6);
        var weights = new float[64];
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (random.NextSingle() * 2 - 1, (random.NextSingle() * 2 - 1) * MathF.ScaleB(1, random.Next(-20, 20)));
            var options = new UniformInitializerOptions { Minimum = Math.Min(a, b), Maximum = Math.Max(a, b) };
            new UniformInitializer(options).Initialize((ulong)i, weights);
            Assert.That(weights, Is.All.InRange(options.Minimum, options.Maximum), $"{options.Minimum:R} to {options.Maximum:R}");
        }
    }

    [Test]
    public void Normal_has_the_moments_and_the_tails_of_its_distribution()
    {
        var values = Draw(new NormalInitializer(new NormalInitializerOptions { Mean = 2, StandardDeviation = 0.5f }));
        Assert.That(values.Average(), Is.EqualTo(2).Within(0.004));
        Assert.That(Variance(values), Is.EqualTo(0.25).Within(0.003));
        Assert.That(values.Average(v => Math.Pow((v - 2) / 0.5, 4)), Is.EqualTo(3).Within(0.06), "kurtosis");
        Assert.That(
            values.Count(v => Math.Abs(v - 2) > 1) / (double)Draws, Is.EqualTo(0.0455).Within(0.0015), "outside two standard deviations");
    }

    [Test]
    public void The_two_weights_of_a_pair_are_not_correlated()
    {
        var values = Draw(new NormalInitializer(new NormalInitializerOptions { StandardDeviation = 1 }));
        var product = 0.0;
        for (var i = 0; i < Draws; i += 2) product += values[i] * values[i + 1];
        Assert.That(product / (Draws / 2), Is.EqualTo(0).Within(0.01));
    }

    // The moments are those of the normal distribution between -2 and 2: variance 1 - 4 phi(2) / (2 Phi(2) - 1), kurtosis by the same
    // integral.
    [Test]
    public void Truncated_normal_has_the_moments_of_its_distribution_and_no_tails()
    {
        var values = Draw(new TruncatedNormalInitializer(new TruncatedNormalInitializerOptions { Mean = 2, StandardDeviation = 0.5f }));
        Assert.That(values, Is.All.InRange(1f, 3f));
        Assert.That((values.Min(), values.Max()), Is.EqualTo((1f, 3f))
            .Using<(float, float)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3));
        Assert.That(values.Average(), Is.EqualTo(2).Within(0.004));
        Assert.That(Variance(values), Is.EqualTo(0.25 * 0.7737413).Within(0.002));
        Assert.That(values.Average(v => Math.Pow((v - 2) / 0.5, 4)), Is.EqualTo(1.4161886).Within(0.02), "fourth moment");
        Assert.That(values.Count(v => Math.Abs(v - 2) < 0.5) / (double)Draws, Is.EqualTo(0.6826895 / 0.9544997).Within(0.004),
            "within one standard deviation");
    }

    [Test]
    public void Xavier_spreads_evenly_to_its_bound()
    {
        var values = Draw(new XavierUniformInitializer(new XavierUniformInitializerOptions { FanIn = 2, FanOut = 4 }));
        Assert.That(values, Is.All.InRange(-1f, 1f));
        Assert.That((values.Min(), values.Max()), Is.EqualTo((-1f, 1f))
            .Using<(float, float)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3));
        Assert.That(values.Average(), Is.EqualTo(0).Within(0.005));
        Assert.That(Variance(values), Is.EqualTo(1 / 3.0).Within(0.003));
    }

    [Test]
    public void Constant_is_constant() =>
        Assert.That(Draw(new ConstantInitializer(new ConstantInitializerOptions { Value = 0.25f })), Is.All.EqualTo(0.25f));

    // Computed by a program of another language. A change of these bits changes every model that was made before: it needs a new name or a
    // new format version.
    [Test]
    public void The_bits_are_golden()
    {
        var (uniform, normal) = (new float[5], new float[5]);
        new UniformInitializer(new UniformInitializerOptions()).Initialize(0x0123456789ABCDEF, uniform);
        new NormalInitializer(new NormalInitializerOptions()).Initialize(0x0123456789ABCDEF, normal);
        Assert.That(Bits.Of(uniform), Is.EqualTo(GoldenUniform));
        Assert.That(Bits.Of(normal), Is.EqualTo(GoldenNormal));
        var (truncated, xavier, cut) = (new float[5], new float[5], new float[4]);
        new TruncatedNormalInitializer(new TruncatedNormalInitializerOptions()).Initialize(0x0123456789ABCDEF, truncated);
        new XavierUniformInitializer(new XavierUniformInitializerOptions()).Initialize(0x0123456789ABCDEF, xavier);
        new TruncatedNormalInitializer(new TruncatedNormalInitializerOptions { Mean = 0.5f, StandardDeviation = 1 }).Initialize(25, cut);
        Assert.That(Bits.Of(truncated), Is.EqualTo(GoldenTruncated));
        Assert.That(Bits.Of(xavier), Is.EqualTo(GoldenXavier));
        Assert.That(Bits.Of(cut), Is.EqualTo(GoldenCut));
    }

    private static readonly uint[] GoldenUniform = [0xBD2A6FA6, 0x3D08B883, 0xBD00B20E, 0x3C5EE704, 0xBD4ACC53];
    private static readonly uint[] GoldenNormal = [0x398A2ADE, 0xBC3C26BB, 0xBB8C7D39, 0xBC1CDC38, 0xBCD296EC];

    private static readonly uint[] GoldenTruncated = [0x398A2ADE, 0xBC3C26BB, 0xBB8C7D39, 0xBC1CDC38, 0x3C8E3B4C];
    private static readonly uint[] GoldenXavier = [0xBEFD22A9, 0x3ECB0F82, 0xBEBF2430, 0x3E25879C, 0xBF16999E];

    /// <summary>Of a key whose first draw is cut off.</summary>
    private static readonly uint[] GoldenCut = [0xBFB788B8, 0x3F39DF2D, 0x3E3A4BB5, 0xBE5298D1];

    private static readonly InitializerOptions[] Drawing =
        [new UniformInitializerOptions(), new NormalInitializerOptions(), new TruncatedNormalInitializerOptions(),
            new XavierUniformInitializerOptions()];

    [TestCaseSource(nameof(Drawing))]
    public void A_shorter_row_is_the_front_of_a_longer_one(InitializerOptions options)
    {
        var initializer = options.Create();
        var whole = new float[33];
        initializer.Initialize(99, whole);
        for (var length = 0; length <= whole.Length; length++)
        {
            var front = new float[length];
            initializer.Initialize(99, front);
            Assert.That(Bits.Of(front), Is.EqualTo(Bits.Of(whole.AsSpan(0, length))));
        }
    }

    [Test]
    public void All_errors_are_listed()
    {
        Assert.That(OptionFailures.Of(() => new UniformInitializerOptions { Minimum = 1, Maximum = -1 }.Create()).Single(),
            Does.Contain("-1").And.Contain("1"));
        Assert.That(OptionFailures.PathsOf(() => new UniformInitializerOptions { Minimum = float.NaN, Maximum = float.NaN }.Create()),
            Is.EqualTo(new[] { "Minimum", "Maximum" }));
        Assert.That(OptionFailures.Of(() => new UniformInitializerOptions { Minimum = float.MinValue, Maximum = float.MaxValue }.Create())
            .Single(), Does.Contain("overflow"));
        Assert.That(OptionFailures.PathsOf(() => new NormalInitializerOptions { Mean = float.NaN, StandardDeviation = -1 }.Create()),
            Is.EqualTo(new[] { "Mean", "StandardDeviation" }));
        Assert.That(
            OptionFailures.PathsOf(() => new TruncatedNormalInitializerOptions { Mean = float.NaN, StandardDeviation = -1 }.Create()),
            Is.EqualTo(new[] { "Mean", "StandardDeviation" }));
        Assert.That(OptionFailures.PathsOf(() => new XavierUniformInitializerOptions { FanIn = 0, FanOut = -1 }.Create()),
            Is.EqualTo(new[] { "FanIn", "FanOut" }));
        Assert.That(OptionFailures.PathsOf(() => new ConstantInitializerOptions { Value = float.PositiveInfinity }.Create()),
            Is.EqualTo(new[] { "Value" }));
    }

    [Test]
    public void A_deviation_whose_draws_would_be_infinite_is_refused() =>
        Assert.That(OptionFailures.PathsOf(() => new NormalInitializerOptions { StandardDeviation = float.MaxValue }.Create()),
            Is.EqualTo(new[] { "StandardDeviation" }));

    [TestCase(float.MaxValue, false)]
    [TestCase(float.MaxValue / 2, true)]
    public void A_deviation_whose_truncated_draws_would_be_infinite_is_refused(float deviation, bool isUsed)
    {
        var options = new TruncatedNormalInitializerOptions { StandardDeviation = deviation };
        if (isUsed) Assert.That(Draw(options.Create()), Is.All.Matches<float>(float.IsFinite));
        else Assert.That(OptionFailures.PathsOf(() => options.Create()), Is.EqualTo(new[] { "StandardDeviation" }));
    }

    private static float[] Draw(Initializer initializer)
    {
        var values = new float[Draws];
        for (var row = 0; row < Draws / 16; row++) initializer.Initialize((ulong)row * 0x9E3779B97F4A7C15, values.AsSpan(16 * row, 16));
        return values;
    }

    private static double Variance(float[] values)
    {
        var mean = values.Average();
        return values.Average(v => (v - mean) * (v - mean));
    }
}
