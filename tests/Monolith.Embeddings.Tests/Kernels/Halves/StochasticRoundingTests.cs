using Monolith.Embeddings.Kernels.Halves;

namespace Monolith.Embeddings.Tests.Kernels.Halves;

[TestFixture(TypeArgs = [typeof(Float16Format)])]
[TestFixture(TypeArgs = [typeof(BFloat16Format)])]
internal sealed class StochasticRoundingTests<TFormat>
    where TFormat : struct, IHalfFormat
{
    private const int Draws = 1 << 17;

    [Test]
    public void A_float_that_has_a_word_of_its_own_becomes_that_word()
    {
        ushort[] words =
            [.. Enumerable.Range(0, (int)TFormat.Infinity).SelectMany(word => new[] { (ushort)word, (ushort)(word | 0x8000) })];
        var (values, encoded) = (new float[words.Length], new ushort[words.Length]);
        HalfConversion.Decode<TFormat>(words, values);
        for (ulong key = 1; key <= 20; key++)
        {
            Assert.That(HalfConversion.TryEncode(new StochasticEncoder<TFormat>(key * 0x9E3779B97F4A7C15), values, encoded), Is.True);
            Assert.That(encoded.AsSpan().SequenceEqual(words), Is.True);
        }
    }

    // Draws that a key may take millions of rows to come by.
    [TestCase(0u)]
    [TestCase(uint.MaxValue)]
    public void It_does_so_whatever_the_random_bits(uint random)
    {
        for (uint word = 0; word < TFormat.Infinity; word++)
        {
            var value = (float)HalfOracle.Value<TFormat>((ushort)word);
            ushort encoded = 0;
            ScalarWordLane.StoreHalves(
                TFormat.EncodeStochastic(ScalarWordLane.LoadFloats(in value), ScalarWordLane.Broadcast(random)), ref encoded);
            if (encoded != word) Assert.Fail($"{value:R} is {word:X4}, not {encoded:X4}");
        }
    }

    [Test]
    public void Any_other_float_becomes_one_of_its_two_neighbours_and_both_of_them_at_times()
    {
        var random = new Random(12);
        var (ups, downs) = (0, 0);
        var encoded = new ushort[64];
        for (var i = 0; i < 10_000; i++)
        {
            var value = BitConverter.Int32BitsToSingle((int)random.NextInt64());
            if (!(Math.Abs((double)value) < Largest)) continue;
            var below = HalfOracle.TowardZero<TFormat>(value);
            HalfConversion.TryEncode(new StochasticEncoder<TFormat>((ulong)i), Filled(value, encoded.Length), encoded);
            foreach (var word in encoded)
            {
                if (word == below) downs++;
                else if (word == below + 1) ups++;
                else Assert.Fail($"{value:R} has become {word:X4}, beside {below:X4}");
            }
        }
        Assert.That((ups, downs), Is.EqualTo((1, 1)).Using<(int, int)>((a, b) => a.Item1 > 10_000 && a.Item2 > 10_000));
    }

    // The bound is five standard deviations of the mean of so many throws of a coin, and the step of the draws where numbers are subnormal,
    // 2^-24.
    [Test]
    public void The_mean_is_the_float_itself()
    {
        var random = new Random(13);
        var encoded = new ushort[Draws];
        foreach (var value in Probes(random))
        {
            var (part, below) = (HalfOracle.Part<TFormat>(value), HalfOracle.TowardZero<TFormat>(value));
            // Half of the draws differ by their key, half by their place, as those of rows and of elements do.
            for (var i = 0; i < Draws / 2; i += 64)
                HalfConversion.TryEncode(
                    new StochasticEncoder<TFormat>((ulong)random.NextInt64()), Filled(value, 64), encoded.AsSpan(i, 64));
            HalfConversion.TryEncode(
                new StochasticEncoder<TFormat>((ulong)random.NextInt64()), Filled(value, Draws / 2), encoded.AsSpan(Draws / 2));
            var mean = encoded.Average(word => word - below);
            Assert.That(mean, Is.EqualTo(part).Within(5 * Math.Sqrt(part * (1 - part) / Draws) + Math.ScaleB(1, -24)),
                $"{value:R}, {part} of the way");
        }
    }

    private static double Largest => HalfOracle.Value<TFormat>((ushort)(TFormat.Infinity - 1));

    /// <summary>Parts of a step of many sizes, of normal and of subnormal words.</summary>
    private static IEnumerable<float> Probes(Random random)
    {
        foreach (var word in new ushort[] { 0, 1, 0x35, 0x80, 0x3C0, 0x400, 0x3C01, 0x4B80, 0x7B00, 0x8000, 0x8003, 0xBC77 })
        {
            foreach (var part in new[] { 0.5, 1 / 3.0, 1 / 1024.0, 1 - 1 / 500.0, random.NextDouble() })
            {
                var (low, high) = (HalfOracle.Value<TFormat>(word), HalfOracle.ValueAbove<TFormat>(word));
                yield return (float)(low + part * (high - low));
            }
        }
    }

    private static float[] Filled(float value, int count)
    {
        var values = new float[count];
        values.AsSpan().Fill(value);
        return values;
    }
}
