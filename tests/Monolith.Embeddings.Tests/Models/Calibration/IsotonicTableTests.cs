using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models.Calibration;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Models.Calibration;

/// <summary>What an online table learns, against isotonic regression over all examples and against the truth.</summary>
public class IsotonicTableTests
{
    private const double NoDecay = 1e12;

    [Test]
    public void Nothing_is_changed_at_first()
    {
        var (platt, table) = (new PlattScaling(), new IsotonicTable());
        table.Step<LogLossRule>(platt, 1000);
        foreach (var logit in new[] { 0, -1.5f, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Assert.That(table.Apply(logit, platt), Is.EqualTo(logit));
    }

    // Labels that are half as many again.
    [TestCase(0, 20)]
    [TestCase(-4.5951199f, 500)]
    public void A_bucket_is_half_way_after_as_many_examples_as_are_stated(float logit, int examples)
    {
        var (platt, table) = (new PlattScaling(), new IsotonicTable());
        var p = 1 / (1 + Math.Exp(-logit));
        for (var i = 0; i < examples; i++) table.Add(logit, 0, (float)(3 * p / 2), 1);
        table.Step<LogLossRule>(platt, NoDecay);
        Assert.That(1 / (1 + Math.Exp(-table.Apply(logit, platt))), Is.EqualTo(1.25 * p).Within(2e-3 * p));
    }

    // Isotonic regression by its definition: the largest mean to the left of the smallest to the right (Barlow et al. 1972).
    [Test]
    public void Knots_are_those_of_the_definition([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var buckets = new ScoreBucket[IsotonicTable.Buckets];
        for (var i = 0; i < buckets.Length; i++)
        {
            var count = Math.Max(0, random.Next(-20, 60));
            double positives = random.Next(count + 1), logit = (i + random.NextDouble()) / 4 - 16;
            buckets[i] = new ScoreBucket { Positives = positives, Negatives = count - positives, Logits = count * logit };
        }
        var (platt, fit) = (new PlattScaling(), new IsotonicFit());
        fit.Fit<LogLossRule>(buckets, platt);
        (double Logit, double Positives, double Weight)[] points =
        [
            .. buckets.Where(bucket => bucket.Weight > 0).Select(bucket =>
            {
                var logit = bucket.Logits / bucket.Weight;
                var p = 1 / (1 + Math.Exp(-(float)logit));
                return (logit, bucket.Positives + IsotonicFit.Prior / (1 - p), bucket.Weight + IsotonicFit.Prior / (p * (1 - p)));
            }),
        ];
        var expected = points.Select((point, i) => (point.Logit, Value: MinMax(points, i))).ToArray();
        Assert.That(fit.Knots, Is.EqualTo(expected.Select(e => Math.Round(e.Value, 9)).Distinct().Count()));
        for (var knot = 0; knot < fit.Knots; knot++)
        {
            var (logit, value) = fit[knot];
            // The knot lies between the first and the last bucket with its value.
            var block = expected.Where(e => Math.Abs(Math.Log(e.Value / (1 - e.Value)) - value) < 1e-6).ToArray();
            Assert.That(block, Is.Not.Empty);
            Assert.That(logit, Is.InRange(block[0].Logit - 1e-9, block[^1].Logit + 1e-9));
            Assert.That(fit.Apply((float)logit, platt), Is.EqualTo((float)value).Within(1e-4));
        }
    }

    // No bucket but each score by itself, and nothing to begin with.
    [Test]
    public void It_is_as_good_as_isotonic_regression_over_all_scores([Values(1, 2, 3)] int seed)
    {
        var rows = Rows(seed, 40_000, Bent);
        var (platt, table) = Learn<LogLossRule>(rows, NoDecay);
        var (exact, own, line, n) = (0.0, 0.0, 0.0, 0);
        var sorted = rows.OrderBy(row => row.Logit).ToArray();
        foreach (var (row, value) in sorted.Zip(Pool([.. sorted.Select(row => (double)row.Label)])))
        {
            var truth = Sigmoid(Bent(row.Logit));
            exact += Math.Abs(value - truth);
            own += Math.Abs(Sigmoid(table.Apply(row.Logit, platt)) - truth);
            line += Math.Abs(Sigmoid(platt.Apply(row.Logit)) - truth);
            n++;
        }
        TestContext.Out.WriteLine($"off by {exact / n:F4} exactly, {own / n:F4} by the table, {line / n:F4} by the line");
        Assert.That(own, Is.LessThan(1.1 * exact));
        Assert.That(own, Is.LessThan(0.25 * line));
    }

    [Test]
    public void Order_is_kept_between_knots_and_beyond_them([Values(1, 2, 3)] int seed)
    {
        var (platt, table) = Learn<LogLossRule>(Rows(seed, 3000, Bent), memory: 500);
        var last = float.NegativeInfinity;
        for (var logit = -20f; logit < 20; logit += 1 / 64f)
        {
            var corrected = table.Apply(logit, platt);
            Assert.That(corrected, Is.GreaterThan(last));
            last = corrected;
        }
        // Beyond the ends it goes on as the line does.
        Assert.That(table.Apply(12, platt) - table.Apply(10, platt), Is.EqualTo(2 * platt.Slope).Within(1e-4));
    }

    [Test]
    public void What_is_forgotten_makes_room_for_what_is_true_now()
    {
        var (platt, table) = (new PlattScaling(), new IsotonicTable());
        foreach (var sign in new[] { -1, 1 })
        {
            Learn<LogLossRule>(Rows(4, 60_000, x => x + sign * Math.Abs(x)), 10_000, platt, table);
            foreach (var x in new[] { -1.5f, 0.5f, 1.5f })
                Assert.That(Sigmoid(table.Apply(x, platt)), Is.EqualTo(Sigmoid(x + sign * Math.Abs(x))).Within(0.05), $"{sign}, {x}");
        }
    }

    // Negatives kept by a chance that depends on the row, and trained with the offset for it.
    [Test]
    public void Offsets_of_sampling_are_made_up_for()
    {
        var random = new Random(5);
        var kept = Rows(5, 600_000, x => Bent(x) - 2)
            .Select(row => row with { Offset = (float)Math.Log(random.Next(2) == 0 ? 4 : 20) })
            .Where(row => row.Label == 1 || random.NextDouble() < Math.Exp(-row.Offset)).ToArray();
        var (platt, table) = Learn<LogLossRule>(kept, NoDecay);
        foreach (var x in new[] { -2f, -1, 0, 1, 2 })
            Assert.That(table.Apply(x, platt), Is.EqualTo(Bent(x) - 2).Within(0.25), $"{x}");
    }

    // Each example is a negative, and those that turn out positive are positives as well.
    [Test]
    public void Fake_negatives_are_made_up_for()
    {
        (float, float, float Label, float)[] true_ = Rows(6, 300_000, x => Bent(x) - 1);
        (float, float, float, float)[] stream = [.. true_.SelectMany(r => r.Label == 1 ? [r with { Label = 0 }, r] : new[] { r })];
        var (platt, table) = Learn<WeightedNegativesRule>(stream, NoDecay);
        foreach (var x in new[] { -2f, -1, 0, 1, 2 })
            Assert.That(table.Apply(x, platt), Is.EqualTo(Bent(x) - 1).Within(0.2), $"{x}");
    }

    [Test]
    public void Absurd_numbers_leave_it_usable([Values(1, 2, 3, 4)] int seed)
    {
        var (platt, table, random) = (new PlattScaling(), new IsotonicTable(), new Random(seed));
        float[] logits = [0, 1e-30f, -3, 40, -40, float.MaxValue, -float.MaxValue];
        float[] sizes = [0, 1e-30f, 1, 1e6f, 1e9f, 1e30f, float.MaxValue];
        for (var batch = 0; batch < 500; batch++)
        {
            for (var i = 0; i < 4; i++)
                table.Add(logits[random.Next(7)], logits[random.Next(7)], random.Next(2), sizes[random.Next(7)]);
            table.Step<LogLossRule>(platt, 1000);
            foreach (var logit in logits) Assert.That(float.IsFinite(table.Apply(logit, platt)));
        }
    }

    [Test]
    public void What_was_saved_goes_on_with_the_same_bits()
    {
        var rows = Rows(8, 5000, Bent);
        var (platt, table) = Learn<LogLossRule>(rows[..2500], memory: 3000);
        var bytes = Save(table);
        var loaded = Load(bytes, platt);
        var (first, second) = (new float[400], new float[400]);
        for (var i = 0; i < 400; i++) (first[i], second[i]) = (table.Apply(i / 20f - 10, platt), loaded.Apply(i / 20f - 10, platt));
        Assert.That(second, Is.EqualTo(first));
        foreach (var to in new[] { table, loaded }) Learn<LogLossRule>(rows[2500..], 3000, new PlattScaling(), to);
        Assert.That(Save(loaded), Is.EqualTo(Save(table)));
    }

    [Test]
    public void Bytes_of_no_table_are_refused()
    {
        var (platt, table) = Learn<LogLossRule>(Rows(9, 5000, Bent), memory: 3000);
        var bytes = Save(table);
        for (var length = 0; length < bytes.Length; length += 7)
            Assert.That(() => Load(bytes[..length], platt), Throws.InstanceOf<FormatException>());
        foreach (var (place, value) in new[] { (0, -1.0), (1, double.NaN), (1, double.PositiveInfinity), (2, double.NaN), (2, 1e9) })
        {
            var damaged = bytes.ToArray();
            BitConverter.TryWriteBytes(damaged.AsSpan(sizeof(int) + (3 * 64 + place) * sizeof(double)), value);
            Assert.That(() => Load(damaged, platt), Throws.InstanceOf<FormatException>(), $"{place}: {value}");
        }
    }

    // Steep below 0, flat above.
    private static double Bent(double x) => x < 0 ? 2 * x : 0.4 * x;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static byte[] Save(IsotonicTable table)
    {
        var fields = new FieldWriter();
        table.Save(fields);
        return fields.Written.ToArray();
    }

    private static IsotonicTable Load(byte[] bytes, PlattScaling platt)
    {
        var reader = new FieldReader(bytes);
        return IsotonicTable.Load<LogLossRule>(ref reader, platt);
    }

    private static (PlattScaling, IsotonicTable) Learn<TRule>(
        (float Logit, float Offset, float Label, float Weight)[] rows, double memory, PlattScaling? platt = null,
        IsotonicTable? table = null)
        where TRule : struct, IFeedbackRule
    {
        (platt, table) = (platt ?? new PlattScaling(), table ?? new IsotonicTable());
        foreach (var batch in rows.Chunk(100))
        {
            foreach (var (logit, offset, label, weight) in batch)
            {
                platt.Add<TRule>(logit, offset, label, weight);
                table.Add(logit, offset, label, weight);
            }
            platt.Step(memory);
            table.Step<TRule>(platt, memory);
        }
        return (platt, table);
    }

    private static (float Logit, float Offset, float Label, float Weight)[] Rows(int seed, int count, Func<double, double> truth)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var x = 6 * random.NextDouble() - 3;
            return ((float)x, 0f, random.NextDouble() < Sigmoid(truth(x)) ? 1f : 0, 1f);
        })];
    }

    private static double MinMax((double Logit, double Positives, double Weight)[] points, int i)
    {
        var largest = double.NegativeInfinity;
        for (var from = i; from >= 0; from--)
        {
            var smallest = double.PositiveInfinity;
            for (var to = i; to < points.Length; to++)
                smallest = Math.Min(smallest, points[from..(to + 1)].Sum(p => p.Positives) / points[from..(to + 1)].Sum(p => p.Weight));
            largest = Math.Max(largest, smallest);
        }
        return largest;
    }

    private static double[] Pool(double[] labels)
    {
        var blocks = new Stack<(double Sum, int Count)>();
        foreach (var label in labels)
        {
            var block = (Sum: label, Count: 1);
            while (blocks.TryPeek(out var before) && before.Sum * block.Count >= block.Sum * before.Count)
            {
                blocks.Pop();
                block = (block.Sum + before.Sum, block.Count + before.Count);
            }
            blocks.Push(block);
        }
        return [.. blocks.Reverse().SelectMany(block => Enumerable.Repeat(block.Sum / block.Count, block.Count))];
    }
}
