using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Sketches;

/// <summary>A sketch beside a dictionary that counts exactly.</summary>
public class FrequencySketchTests
{
    [Test]
    public void It_is_never_below_the_true_count_and_seldom_far_above([Values(1, 2, 4)] int depth)
    {
        const int Occurrences = 20_000, Width = 400;
        var (far, asked) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var sketch = new FrequencySketch(new() { Width = Width, Depth = depth, Seed = (ulong)seed });
            var ids = Ids(Occurrences, seed);
            sketch.Add(ids);
            foreach (var (id, count) in ids.CountBy(id => id))
            {
                var estimate = Estimate(sketch, id);
                Assert.That(estimate, Is.InRange(count, Occurrences));
                far += estimate > count + Math.E * Occurrences / Width ? 1 : 0;
                asked++;
            }
            Assert.That(sketch.Total, Is.EqualTo(Occurrences));
        }
        Assert.That((double)far / asked, Is.LessThan(Math.Exp(-depth)));
        // A test that could not fail would be one of a sketch that is exact.
        if (depth == 1) Assert.That(far, Is.GreaterThan(0));
    }

    [Test]
    public void Ids_that_never_came_are_bounded_too()
    {
        var sketch = new FrequencySketch(FrequencySketchOptions.Within(0.01, 0.01));
        sketch.Add(Ids(20_000, 1));
        var others = Enumerable.Range(0, 10_000).Select(i => long.MaxValue - i).ToArray();
        var counts = new long[others.Length];
        sketch.Estimate(others, counts);
        Assert.That(counts.Count(count => count > 0.01 * 20_000), Is.LessThan(100));
    }

    [Test]
    public void A_wide_sketch_is_exact_for_all_64_bit_ids()
    {
        long[] ids = [0, -1, 1, long.MinValue, long.MaxValue, 1L << 32, -1, -1, 0];
        var sketch = new FrequencySketch(new() { Width = 1 << 16, Depth = 4 });
        sketch.Add(ids);
        foreach (var (id, count) in ids.CountBy(id => id)) Assert.That(Estimate(sketch, id), Is.EqualTo(count), $"{id}");
        Assert.That(Estimate(sketch, 2), Is.Zero);
    }

    [Test]
    public void Counts_are_halved_after_so_many_occurrences_however_they_are_cut([Values(1, 7, 1000)] int batch)
    {
        var (ids, exact, total) = (Ids(5000, 3), new Dictionary<long, long>(), 0L);
        var sketch = new FrequencySketch(new() { Width = 300, Depth = 3, HalveEvery = 700 });
        for (var i = 0; i < ids.Length; i++)
        {
            exact[ids[i]] = exact.GetValueOrDefault(ids[i]) + 1;
            total++;
            if ((i + 1) % 700 != 0) continue;
            foreach (var id in exact.Keys.ToArray()) exact[id] /= 2;
            total /= 2;
        }
        foreach (var part in ids.Chunk(batch)) sketch.Add(part);
        Assert.That(sketch.Total, Is.EqualTo(total).And.InRange(700, 1400));
        foreach (var (id, count) in exact) Assert.That(Estimate(sketch, id), Is.InRange(count, count + 100), $"{id}");
        var whole = new FrequencySketch(new() { Width = 300, Depth = 3, HalveEvery = 700 });
        whole.Add(ids);
        Assert.That(sketch.Save(), Is.EqualTo(whole.Save()), "the same bits");
    }

    [Test]
    public void Shares_are_those_of_the_total()
    {
        var sketch = new FrequencySketch();
        sketch.Add([5, 5, 5, 6]);
        var logQ = new float[3];
        sketch.EstimateLogQ([5, 6, 7], logQ);
        // What never came counts as if it had once.
        Assert.That(logQ, Is.EqualTo(new[] { MathF.Log(0.75f), MathF.Log(0.25f), MathF.Log(0.25f) }).Within(1e-6f));
        sketch.Clear();
        sketch.EstimateLogQ([5, 6, 7], logQ);
        Assert.That((sketch.Total, logQ), Is.EqualTo((0L, new float[3])));
    }

    [Test]
    public void It_comes_back_from_its_bytes_and_goes_on()
    {
        var options = new FrequencySketchOptions { Width = 200, Depth = 3, Seed = 5, HalveEvery = 900 };
        var (first, second) = (new FrequencySketch(options), new FrequencySketch(options));
        first.Add(Ids(4000, 1));
        second.Add(Ids(10, 2));
        second.Load(first.Save());
        Assert.That(second.Save(), Is.EqualTo(first.Save()));
        first.Add(Ids(4000, 3));
        second.Add(Ids(4000, 3));
        Assert.That(second.Save(), Is.EqualTo(first.Save()));
    }

    [Test]
    public void Damaged_bytes_are_refused_and_change_nothing()
    {
        var sketch = new FrequencySketch(new() { Width = 20, Depth = 2, HalveEvery = 100 });
        sketch.Add(Ids(150, 1));
        var (bytes, other) = (sketch.Save(), new FrequencySketch(new() { Width = 20, Depth = 2, HalveEvery = 100 }));
        var before = other.Save();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.That(() => other.Load(changed), Throws.InstanceOf<InvalidDataException>(), $"byte {i}");
            Assert.That(() => other.Load(bytes.AsSpan(0, i)), Throws.InstanceOf<InvalidDataException>(), $"{i} bytes");
        }
        Assert.That(() => other.Load([.. bytes, 0]), Throws.InstanceOf<InvalidDataException>());
        Assert.That(other.Save(), Is.EqualTo(before));
    }

    [TestCase(21, 2, 0UL, 100)]
    [TestCase(10, 4, 0UL, 100)]
    [TestCase(20, 2, 1UL, 100)]
    [TestCase(20, 2, 0UL, 99)]
    public void Bytes_of_a_sketch_with_other_options_are_refused(int width, int depth, ulong seed, int halving)
    {
        var sketch = new FrequencySketch(new() { Width = 20, Depth = 2, HalveEvery = 100 });
        var other = new FrequencySketch(new() { Width = width, Depth = depth, Seed = seed, HalveEvery = halving });
        Assert.That(() => other.Load(sketch.Save()), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains("2 rows of 20, the seed 0 and a halving every 100").And.Message.Contains($"{depth} rows of {width}"));
    }

    [Test]
    public void Sizes_follow_from_what_is_to_be_held()
    {
        var options = FrequencySketchOptions.Within(epsilon: 1e-4, delta: 1e-3);
        Assert.That((options.Width, options.Depth), Is.EqualTo((27183, 7)));
        Assert.That(() => FrequencySketchOptions.Within(double.NaN, 0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FrequencySketchOptions.Within(0.1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FrequencySketchOptions.Within(1e-9, 0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FrequencySketchOptions.Within(0.1, double.Epsilon), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            OptionFailures.Of(() => _ = new FrequencySketch(new() { Width = 0, Depth = 33, HalveEvery = 0 })), Has.Exactly(3).Items);
        Assert.That(OptionFailures.Of(() => _ = new FrequencySketch(new() { Width = int.MaxValue, Depth = 2 })),
            Has.Some.Contains("more than 134217728"));
        Assert.That(() => new FrequencySketch().Estimate([1, 2], new long[1]), Throws.ArgumentException);
        Assert.That(() => new FrequencySketch().EstimateLogQ([1], new float[2]), Throws.ArgumentException);
    }

    [Test]
    public void Nothing_is_allocated_by_counting_and_asking()
    {
        var (sketch, ids) = (new FrequencySketch(new() { HalveEvery = 500 }), Ids(1000, 1));
        var (counts, logQ) = (new long[1000], new float[1000]);
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Pass()
        {
            sketch.Add(ids);
            sketch.Estimate(ids, counts);
            sketch.EstimateLogQ(ids, logQ);
        }
    }

    // A few ids often, many seldom.
    private static long[] Ids(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (long)(1 / (1e-4 + random.NextDouble())) * 977 - 5000)];
    }

    private static long Estimate(FrequencySketch sketch, long id)
    {
        var counts = new long[1];
        sketch.Estimate([id], counts);
        return counts[0];
    }
}
