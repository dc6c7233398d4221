using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Halves;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Halves;

public class HalfConversionTests
{
    private const int Words = 1 << 16, Longest = 130;

    private static readonly ushort[] AllWords = [.. Enumerable.Range(0, Words).Select(word => (ushort)word)];

    [Test]
    public void Every_word_of_float16_decodes_as_the_platforms_own_type_does() =>
        AssertDecoded<Float16Format>(word => (float)BitConverter.UInt16BitsToHalf(word));

    [Test]
    public void Every_word_of_bfloat16_is_the_upper_half_of_a_float() =>
        AssertDecoded<BFloat16Format>(word => BitConverter.UInt32BitsToSingle((uint)word << 16));

    [Test]
    public void Float16_rounds_as_the_platforms_own_type_does_around_every_boundary() =>
        AssertNearest<Float16Format>(value => BitConverter.HalfToUInt16Bits((Half)value));

    [Test]
    public void BFloat16_rounds_to_the_nearest_and_ties_to_even_around_every_boundary() =>
        AssertNearest<BFloat16Format>(value => HalfOracle.Nearest<BFloat16Format>(value));

    [Test]
    public void The_oracle_agrees_with_the_platforms_own_type()
    {
        foreach (var value in RandomFloats.Draw(new Random(5), 2000))
            Assert.That(HalfOracle.Nearest<Float16Format>(value), Is.EqualTo(BitConverter.HalfToUInt16Bits((Half)value)), $"{value:R}");
    }

    [Test]
    public void What_is_no_number_stays_none_and_what_is_infinite_stays_so()
    {
        AssertSpecial<Float16Format>();
        AssertSpecial<BFloat16Format>();
    }

    [TestCase(65504f, true)]
    [TestCase(65519.99f, true)]
    [TestCase(65520f, false)]
    [TestCase(-65520f, false)]
    [TestCase(float.NaN, false)]
    public void Tells_where_float16_is_not_finite(float value, bool isFinite) => AssertFinite<Float16Format>(value, isFinite);

    [TestCase(3.38e38f, true)]
    [TestCase(float.MaxValue, false)]
    [TestCase(float.NegativeInfinity, false)]
    public void Tells_where_bfloat16_is_not_finite(float value, bool isFinite) => AssertFinite<BFloat16Format>(value, isFinite);

    [Test]
    public void Every_width_equals_the_scalar_form_to_the_bit()
    {
        var random = new Random(8);
        for (var length = 0; length <= Longest; length++)
        {
            AssertWidths<Float16Format>(random, length);
            AssertWidths<BFloat16Format>(random, length);
        }
    }

    [Test]
    public void Handles_every_length_and_touches_nothing_else()
    {
        using GuardedFloats floatMemory = new(Longest), wordMemory = new(Longest);
        var random = new Random(9);
        for (var length = 0; length <= Longest; length++)
        {
            float[] values = RandomFloats.Draw(random, length), decoded = new float[length];
            var expected = new ushort[length];
            var isFinite = true;
            HalfConversion.Encode<StochasticEncoder<Float16Format>, ScalarWordLane>(new(77), values, expected, 5, 0, ref isFinite);
            HalfConversion.Decode<Float16Format, ScalarWordLane>(expected, decoded, 0);
            var words = MemoryMarshal.Cast<float, ushort>(wordMemory.Last(new float[(length + 1) / 2]))[^length..];
            var floats = floatMemory.Last(values);
            Assert.That(HalfConversion.TryEncode(new StochasticEncoder<Float16Format>(77), floats, words, 5), Is.EqualTo(isFinite));
            Assert.That(words.ToArray(), Is.EqualTo(expected));
            HalfConversion.Decode<Float16Format>(words, floats);
            Assert.That(Bits.Of(floats), Is.EqualTo(Bits.Of(decoded)), $"length {length}");
            floatMemory.AssertUntouched(length);
            wordMemory.AssertUntouched((length + 1) / 2);
        }
    }

    [Test]
    public void Spans_of_different_lengths_are_refused()
    {
        Assert.That(
            () => HalfConversion.Decode<Float16Format>(new ushort[3], new float[4]), Throws.ArgumentException.With.Message.Contains("3"));
        Assert.That(
            () => HalfConversion.TryEncode(default(NearestEncoder<Float16Format>), new float[3], new ushort[4]), Throws.ArgumentException);
    }

    private static void AssertDecoded<TFormat>(Func<ushort, float> oracle)
        where TFormat : struct, IHalfFormat
    {
        var decoded = new float[Words];
        HalfConversion.Decode<TFormat>(AllWords, decoded);
        for (var word = 0; word < Words; word++)
        {
            var expected = oracle((ushort)word);
            var isSame = float.IsNaN(expected)
                ? float.IsNaN(decoded[word])
                : BitConverter.SingleToUInt32Bits(decoded[word]) == BitConverter.SingleToUInt32Bits(expected);
            if (!isSame) Assert.Fail($"{word:X4} is {expected:R}, not {decoded[word]:R}");
        }
        var again = Encoded<TFormat>(decoded);
        for (var word = 0; word < Words; word++)
        {
            if (!float.IsNaN(decoded[word]) && again[word] != word) Assert.Fail($"{word:X4} comes back as {again[word]:X4}");
        }
    }

    /// <summary>Between any two words that follow one another: the middle, and the floats beside it and beside the words.</summary>
    private static void AssertNearest<TFormat>(Func<float, ushort> oracle)
        where TFormat : struct, IHalfFormat
    {
        var probes = new List<float>();
        for (uint word = 0; word < TFormat.Infinity; word++)
        {
            var (low, high) = (HalfOracle.Value<TFormat>((ushort)word), HalfOracle.ValueAbove<TFormat>((ushort)word));
            var middle = (float)((low + high) / 2);
            foreach (var probe in new[] { MathF.BitIncrement((float)low), MathF.BitDecrement(middle), middle, MathF.BitIncrement(middle),
                MathF.BitDecrement((float)high) })
            {
                probes.AddRange([probe, -probe]);
            }
        }
        float[] values = [.. probes];
        var encoded = Encoded<TFormat>(values);
        for (var i = 0; i < values.Length; i++)
        {
            if (encoded[i] != oracle(values[i])) Assert.Fail($"{values[i]:R} is {oracle(values[i]):X4}, not {encoded[i]:X4}");
        }
    }

    private static void AssertSpecial<TFormat>()
        where TFormat : struct, IHalfFormat
    {
        float[] values = [float.PositiveInfinity, float.NegativeInfinity,
            .. new[] { 0x7F800001u, 0xFFFFFFFFu, 0x7FFFFFFFu, 0xFF800001u }.Select(BitConverter.UInt32BitsToSingle)];
        for (ulong key = 0; key < 50; key++)
        {
            var words = new ushort[values.Length];
            if (key == 0) HalfConversion.TryEncode(default(NearestEncoder<TFormat>), values, words);
            else HalfConversion.TryEncode(new StochasticEncoder<TFormat>(key), values, words);
            var decoded = new float[values.Length];
            HalfConversion.Decode<TFormat>(words, decoded);
            Assert.That(
                decoded, Is.EqualTo(new[] { float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.NaN, float.NaN, float.NaN }));
        }
    }

    private static void AssertFinite<TFormat>(float value, bool isFinite)
        where TFormat : struct, IHalfFormat
    {
        for (var place = 0; place < 67; place++)
        {
            var values = new float[67];
            values[place] = value;
            Assert.That(
                HalfConversion.TryEncode(default(NearestEncoder<TFormat>), values, new ushort[67]), Is.EqualTo(isFinite), $"place {place}");
        }
    }

    private static void AssertWidths<TFormat>(Random random, int length)
        where TFormat : struct, IHalfFormat
    {
        // Of any bits, NaN included.
        float[] values = [.. Enumerable.Range(0, length).Select(_ => BitConverter.Int32BitsToSingle((int)random.NextInt64()))];
        ushort[] words = [.. Enumerable.Range(0, length).Select(_ => (ushort)random.Next())];
        var key = (ulong)random.NextInt64();
        AssertWidth<TFormat, WordLane128>(values, words, key);
        AssertWidth<TFormat, WordLane256>(values, words, key);
        AssertWidth<TFormat, WordLane512>(values, words, key);
    }

    private static void AssertWidth<TFormat, TLane>(float[] values, ushort[] words, ulong key)
        where TFormat : struct, IHalfFormat
        where TLane : unmanaged, IWordLane<TLane>
    {
        AssertEncoded<NearestEncoder<TFormat>, TLane>(default, values);
        AssertEncoded<StochasticEncoder<TFormat>, TLane>(new(key), values);
        float[] decoded = new float[words.Length], scalar = new float[words.Length];
        var stop = HalfConversion.Decode<TFormat, TLane>(words, decoded, 0);
        HalfConversion.Decode<TFormat, ScalarWordLane>(words.AsSpan(0, stop), scalar, 0);
        Assert.That(Bits.Of(decoded), Is.EqualTo(Bits.Of(scalar)), $"{typeof(TFormat).Name}, {typeof(TLane).Name}");
    }

    private static void AssertEncoded<TEncoder, TLane>(TEncoder encoder, float[] values)
        where TEncoder : struct, IHalfEncoder
        where TLane : unmanaged, IWordLane<TLane>
    {
        ushort[] encoded = new ushort[values.Length], scalar = new ushort[values.Length];
        var (isFinite, isScalarFinite) = (true, true);
        var stop = HalfConversion.Encode<TEncoder, TLane>(in encoder, values, encoded, 3, 0, ref isFinite);
        Assert.That(stop, Is.EqualTo(values.Length / TLane.Width * TLane.Width));
        HalfConversion.Encode<TEncoder, ScalarWordLane>(in encoder, values.AsSpan(0, stop), scalar, 3, 0, ref isScalarFinite);
        Assert.That(encoded, Is.EqualTo(scalar), $"{typeof(TEncoder)}, {typeof(TLane).Name}");
        if (stop > 0)
        {
            Assert.That(
                isFinite, Is.EqualTo(values.AsSpan(0, stop).ToArray().Select((_, i) => encoded[i] & 0x7FFF).Max() < TEncoder.Infinity));
        }
    }

    private static ushort[] Encoded<TFormat>(float[] values)
        where TFormat : struct, IHalfFormat
    {
        var words = new ushort[values.Length];
        HalfConversion.TryEncode(default(NearestEncoder<TFormat>), values, words);
        return words;
    }
}
