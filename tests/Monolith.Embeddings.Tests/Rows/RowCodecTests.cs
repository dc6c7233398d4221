using FsCheck;
using FsCheck.Fluent;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Rows;

public class RowCodecTests
{
    // Any finite float, small ones, and the ends of the range.
    private static readonly Gen<float> AnyFloat = Gen.Frequency(
        (4, Gen.Choose(int.MinValue, int.MaxValue).Select(bits => BitConverter.Int32BitsToSingle(bits)).Where(float.IsFinite)),
        (4, Gen.Choose(-100_000, 100_000).Select(value => value / 70_000f)),
        (1, Gen.Choose(-300, 300).Select(value => value * float.Epsilon)),
        (1, Gen.Elements(float.MaxValue, float.MinValue, 0f, -0f, 1f, 65504f)));

    [Test]
    public void Int8_is_off_by_half_a_step_and_one_last_place_at_most() => Check(AnyFloat, weights =>
    {
        var decoded = RoundTrip(RowFormat.Int8, weights);
        var step = ((double)weights.Max() - weights.Min()) / 255;
        var bound = step / 2 + LastPlace(weights.Max(Math.Abs));
        for (var i = 0; i < weights.Length; i++)
            Assert.That((double)decoded[i], Is.EqualTo((double)weights[i]).Within(bound), $"{weights[i]:R} as {decoded[i]:R}");
    });

    [TestCase(0.3f)]
    [TestCase(-0f)]
    [TestCase(float.MinValue)]
    public void Int8_of_a_constant_row_is_exact_with_a_step_and_codes_of_zero(float value)
    {
        float[] weights = [.. Enumerable.Repeat(value, 19)];
        var encoded = new byte[27];
        Assert.That(new RowCodecOptions().Create().TryEncode(weights, encoded), Is.True);
        Assert.That(encoded.Where((_, i) => i is < 4 or >= 8), Is.All.Zero);
        Assert.That(RoundTrip(RowFormat.Int8, weights), Is.EqualTo(weights));
    }

    // A 255th of the second span is rounded up so far that the last code would be infinite.
    [TestCase(float.MinValue)]
    [TestCase(-3.4028233e38f)]
    public void Int8_of_the_widest_row_does_not_overflow(float smallest)
    {
        var decoded = RoundTrip(RowFormat.Int8, [smallest, float.MaxValue, 0, 1e38f, -1e30f]);
        Assert.That(decoded, Is.All.Matches<float>(float.IsFinite));
        Assert.That(decoded[1], Is.EqualTo(float.MaxValue).Within(1e-4).Percent);
    }

    [Test]
    public void FixedR8_rounds_halves_away_from_zero_and_cuts_off_what_lies_beyond([Values(1f, 0.3f, 100f)] float range)
    {
        var codec = new RowCodecOptions { Format = RowFormat.FixedR8, Range = range }.Create();
        for (var halves = -300; halves <= 300; halves++)
        {
            var weight = (float)(halves * (double)(range / 128) / 2);
            float[] weights = [weight, MathF.BitIncrement(weight), MathF.BitDecrement(weight)], given = [.. weights];
            Assert.That(codec.TryQuantize(weights), Is.True);
            for (var i = 0; i < given.Length; i++)
            {
                var steps = Math.Clamp(Math.Round(given[i] / (double)(range / 128), MidpointRounding.AwayFromZero), -128, 127);
                Assert.That(weights[i], Is.EqualTo((float)(steps * (range / 128))), $"{given[i]:R}");
            }
        }
    }

    [Test]
    public void FixedR8_is_off_by_half_a_step_at_most_within_its_range() =>
        Check(Gen.Choose(-1_000_000, 992_000).Select(value => value * 2e-6f), weights =>
        {
            var decoded = RoundTrip(RowFormat.FixedR8, weights, range: 2);
            for (var i = 0; i < weights.Length; i++) Assert.That(decoded[i], Is.EqualTo(weights[i]).Within(1 / 128f));
        });

    [Test]
    public void OneBit_keeps_the_sign() => Check(AnyFloat, weights =>
        Assert.That(RoundTrip(RowFormat.OneBit, weights), Is.EqualTo(weights.Select(weight => weight < 0 ? -0.05f : 0.05f))));

    [Test]
    public void Float16_is_off_by_half_a_last_place() => Check(AnyFloat.Where(value => Math.Abs(value) < 65520), weights =>
        Assert.That(RoundTrip(RowFormat.Float16, weights), Is.EqualTo(weights.Select(weight => (float)(Half)weight))));

    [Test]
    public void Float32_is_exact() =>
        Check(AnyFloat, weights => Assert.That(Bits.Of(RoundTrip(RowFormat.Float32, weights)), Is.EqualTo(Bits.Of(weights))));

    [TestCase(RowFormat.Float32, "float32", 0, 4, 68)]
    [TestCase(RowFormat.Float16, "float16", 0, 2, 34)]
    [TestCase(RowFormat.Int8, "int8", 8, 9, 25)]
    [TestCase(RowFormat.FixedR8, "fixed_r8", 0, 1, 17)]
    [TestCase(RowFormat.OneBit, "one_bit", 0, 1, 3)]
    public void Each_format_has_its_name_and_size(RowFormat format, string name, int none, int one, int seventeen)
    {
        var codec = new RowCodecOptions { Format = format }.Create();
        Assert.That(
            (codec.Name, codec.EncodedBytes(0), codec.EncodedBytes(1), codec.EncodedBytes(17)), Is.EqualTo((name, none, one, seventeen)));
        Assert.That(
            () => codec.TryEncode(new float[17], new byte[seventeen + 1]), Throws.ArgumentException.With.Message.Contains($"{seventeen}"));
        Assert.That(() => codec.Decode(new byte[seventeen - 1], new float[17]), Throws.ArgumentException.With.Message.Contains(name));
        Assert.That(() => codec.TryEncode([], new byte[none]), Is.True);
    }

    [Test]
    public void What_is_not_finite_is_refused(
        [Values] RowFormat format, [Values(float.NaN, float.PositiveInfinity, float.NegativeInfinity)] float bad)
    {
        var codec = new RowCodecOptions { Format = format }.Create();
        for (var place = 0; place < 40; place++)
        {
            var weights = new float[40];
            weights[place] = bad;
            Assert.That(codec.TryEncode(weights, new byte[codec.EncodedBytes(40)]), Is.False, $"place {place}");
            float[] before = [.. weights];
            Assert.That(codec.TryQuantize(weights), Is.False);
            Assert.That(weights, Is.EqualTo(before));
        }
    }

    [Test]
    public void What_float16_cannot_hold_is_refused() =>
        Assert.That(new RowCodecOptions { Format = RowFormat.Float16 }.Create().TryEncode([1, 65520], new byte[4]), Is.False);

    [Test]
    public void A_row_of_any_length_is_quantized_as_it_is_read_back([Values] RowFormat format)
    {
        var weights = RandomFloats.Draw(new Random(3), 9000).Select(value => value / 100).ToArray();
        var expected = RoundTrip(format, weights);
        Assert.That(new RowCodecOptions { Format = format }.Create().TryQuantize(weights), Is.True);
        Assert.That(Bits.Of(weights), Is.EqualTo(Bits.Of(expected)));
    }

    [Test]
    public void All_errors_are_listed() => Assert.That(
        OptionFailures.PathsOf(() => new RowCodecOptions { Format = (RowFormat)9, Range = 0, Amplitude = float.NaN }.Create()),
        Is.EqualTo(new[] { "Format", "Range", "Amplitude" }));

    private static float[] RoundTrip(RowFormat format, float[] weights, float range = 1)
    {
        var codec = new RowCodecOptions { Format = format, Range = range }.Create();
        var encoded = new byte[codec.EncodedBytes(weights.Length)];
        Assert.That(codec.TryEncode(weights, encoded), Is.True);
        var decoded = new float[weights.Length];
        codec.Decode(encoded, decoded);
        return decoded;
    }

    private static void Check(Gen<float> weight, Action<float[]> holds) =>
        RandomSteps.Check(weight, _ => [], tests: 500, longest: 80, weights =>
        {
            if (weights.Length > 0) holds(weights);
        });

    private static double LastPlace(float magnitude) =>
        magnitude == float.MaxValue ? Math.ScaleB(1, 104) : (double)MathF.BitIncrement(magnitude) - magnitude;
}
