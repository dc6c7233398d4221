using System.Numerics;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Sketches;

public class QuantileSketchTests
{
    private static readonly (string Name, Func<int, int, float> Value)[] Streams =
    [
        ("random", (i, _) => new Random(i * 7919).NextSingle()),
        ("ascending", (i, _) => i),
        ("descending", (i, n) => n - i),
        ("zigzag", (i, n) => i % 2 == 0 ? i : n - i),
        ("sorted blocks", (i, _) => (i % 4096 * 1000f) + (i / 4096)),
        ("few values", (i, _) => new Random(i).Next(7)),
        ("heavy zero", (i, _) => i % 3 == 0 ? i : 0),
        ("heavy tail", (i, _) => (float)Math.Exp(80 * new Random(i * 31).NextDouble())),
    ];

    [Test]
    public void A_bound_is_off_by_no_more_than_is_promised([Values(5_000, 40_000, 300_000)] int count, [Range(0, 7)] int stream)
    {
        var (name, value) = Streams[stream];
        var sketch = new QuantileSketch();
        float[] values = [.. Enumerable.Range(0, count).Select(i => value(i, count))];
        foreach (var one in values) sketch.Add(one);
        values.AsSpan().Sort();
        var allowed = (double)BitOperations.Log2((uint)(2 * count / QuantileSketch.LevelSize)) / QuantileSketch.LevelSize * count + 1;
        const int buckets = 50;
        var bounds = sketch.Quantiles(buckets);
        Assert.That(bounds, Is.Ordered.And.Unique);
        for (var bucket = 1; bucket < buckets; bucket++)
        {
            // Some bound lies as near to the quantile as is promised: below it are not more, and up to it not fewer.
            var rank = (long)count * bucket / buckets;
            var isNear = bounds.Any(bound => Below(values, bound) <= rank + allowed && UpTo(values, bound) >= rank - allowed);
            Assert.That(isNear, Is.True, $"{name}, quantile {bucket} of {buckets}");
        }
    }

    // Of each level the even and the odd values go up in turns: one alone would put every bound too low or too high by half of the bound.
    [Test]
    public void Neither_side_is_favoured()
    {
        const int count = 300_000, buckets = 50;
        var off = new List<double>();
        for (var seed = 0; seed < 5; seed++)
        {
            var (sketch, random) = (new QuantileSketch(), new Random(seed));
            float[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
            foreach (var one in values) sketch.Add(one);
            values.AsSpan().Sort();
            var bounds = sketch.Quantiles(buckets);
            for (var bucket = 1; bucket < buckets; bucket++)
                off.Add(FirstOf(values, bounds[bucket - 1]) - ((double)count * bucket / buckets));
        }
        Assert.That(off.Average(), Is.Zero.Within(6.0 * count / QuantileSketch.LevelSize / 8));
    }

    [Test]
    public void Few_values_are_exact([Values(1, 2, 7, 100, 4095)] int count, [Values(2, 3, 10)] int buckets)
    {
        var (sketch, random) = (new QuantileSketch(), new Random(count));
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        foreach (var value in order) sketch.Add(value);
        var expected = Enumerable.Range(1, buckets - 1).Select(i => (float)Math.Min(count - 1, (long)count * i / buckets)).Distinct();
        Assert.That(sketch.Quantiles(buckets), Is.EqualTo(expected));
    }

    [Test]
    public void Infinite_values_and_zeros_of_both_signs_make_finite_bounds()
    {
        var sketch = new QuantileSketch();
        for (var i = 0; i < 100; i++)
            sketch.Add((i % 4) switch { 0 => float.NegativeInfinity, 1 => -0f, 2 => 0, _ => float.PositiveInfinity });
        Assert.That(sketch.Quantiles(4), Is.EqualTo(new[] { 0, float.MaxValue }));
        Assert.That(float.IsNegative(sketch.Quantiles(4)[0]), Is.False);
    }

    [Test]
    public void One_that_was_saved_goes_on_to_the_bit([Values(0, 1, 4095, 4096, 30_000)] int before)
    {
        var (sketch, random) = (new QuantileSketch(), new Random(before));
        for (var i = 0; i < before; i++) sketch.Add(random.NextSingle());
        var fields = new FieldWriter();
        sketch.Save(fields);
        var bytes = fields.Written.ToArray();
        var reader = new FieldReader(bytes);
        var again = QuantileSketch.Load(ref reader);
        reader.End();
        for (var i = 0; i < 20_000; i++)
        {
            var value = random.NextSingle();
            sketch.Add(value);
            again.Add(value);
        }
        Assert.That(Saved(again), Is.EqualTo(Saved(sketch)));
        Assert.That(again.Quantiles(100), Is.EqualTo(sketch.Quantiles(100)));
    }

    [Test]
    public void Damage_is_refused()
    {
        var sketch = new QuantileSketch();
        for (var i = 0; i < 5000; i++) sketch.Add(i);
        var bytes = Saved(sketch);
        for (var length = 0; length < bytes.Length; length += 13) Refuse(bytes[..length]);
        foreach (var place in new[] { 0, 8, 12, 16 })
        {
            var changed = bytes.ToArray();
            changed[place] ^= 0x40;
            Refuse(changed);
        }

        static void Refuse(byte[] damaged) => Assert.That(
            () =>
            {
                var reader = new FieldReader(damaged);
                QuantileSketch.Load(ref reader);
                reader.End();
            }, Throws.InstanceOf<FormatException>());
    }

    private static byte[] Saved(QuantileSketch sketch)
    {
        var fields = new FieldWriter();
        sketch.Save(fields);
        return fields.Written.ToArray();
    }

    private static int Below(float[] sorted, float value) => sorted.AsSpan().BinarySearch(value) is var at && at < 0
        ? ~at
        : FirstOf(sorted, value);

    private static int FirstOf(float[] sorted, float value)
    {
        var (first, end) = (0, sorted.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (sorted[middle] < value) first = middle + 1;
            else end = middle;
        }
        return first;
    }

    private static int UpTo(float[] sorted, float value) => FirstOf(sorted, BitConverter.Int32BitsToSingle(value >= 0
        ? BitConverter.SingleToInt32Bits(value) + 1
        : BitConverter.SingleToInt32Bits(value) - 1));
}
