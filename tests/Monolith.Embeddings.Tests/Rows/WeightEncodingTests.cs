using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Rows;

public class WeightEncodingTests
{
    [TestCase(RowFormat.Float32, 4 + 64 + 8)]
    [TestCase(RowFormat.Float16, 2 + 32 + 4)]
    [TestCase(RowFormat.Int8, 4 + 24 + 8)]
    public void Each_segment_is_written_by_its_codec(RowFormat format, int bytes)
    {
        int[] dimensions = [1, 16, 2];
        var encoding = new WeightEncoding(dimensions, format);
        Assert.That((encoding.Dimension, encoding.RowBytes), Is.EqualTo((19, bytes)));
        var weights = Enumerable.Range(0, 19).Select(i => (i * 7919 % 100 - 50) / 70f).ToArray();
        var row = new byte[bytes];
        Assert.That(encoding.TryEncode(weights, row), Is.True);
        var decoded = new float[19];
        encoding.Decode(row, decoded);
        Assert.That(Bits.Of(decoded), Is.EqualTo(Bits.Of(Expected(weights, dimensions, format))));
    }

    [Test]
    public void A_weight_that_the_format_cannot_hold_is_refused([Values(0, 5)] int place)
    {
        var encoding = new WeightEncoding([3, 4], RowFormat.Float16);
        var weights = new float[7];
        weights[place] = 1e6f;
        Assert.That(encoding.TryEncode(weights, new byte[encoding.RowBytes]), Is.False);
    }

    // Of one or two weights, the floats are shorter than a step, an offset and a byte each.
    internal static float[] Expected(float[] weights, int[] dimensions, RowFormat format)
    {
        float[] expected = [.. weights];
        var start = 0;
        foreach (var dimension in dimensions)
        {
            var codec = new RowCodecOptions { Format = format == RowFormat.Int8 && dimension <= 2 ? RowFormat.Float32 : format }.Create();
            Assert.That(codec.TryQuantize(expected.AsSpan(start, dimension)), Is.True);
            start += dimension;
        }
        return expected;
    }
}
