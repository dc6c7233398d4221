using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Derived;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>Moments of columns against sums in double precision, and what absurd values and real changes do to them.</summary>
public class RunningMomentsTests
{
    [Test]
    public void Moments_are_those_of_weighted_sums([Values(null, 10, 37.5, 1e6)] double? halfLife, [Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var (scale, shift) = (Math.Pow(10, random.Next(-3, 6)), random.Next(-5, 6) * 100);
        var (moments, oracle) = (new RunningMoments(new() { HalfLife = halfLife, Clip = 3 }), new MomentsOracle(halfLife));
        Assert.That((moments.Normalize(5), moments.Deviation), Is.EqualTo((0, 0)));
        for (var i = 0; i < 600; i++)
        {
            var value = (float)((random.NextDouble() * scale) + shift);
            if (i % 7 == 3) moments.Add(i % 2 == 0 ? float.NaN : float.PositiveInfinity);
            if (random.Next(20) == 0) value += (float)(scale * (random.Next(2) == 0 ? 1e6 : -50));
            moments.Add(value);
            oracle.Add(value);
            if (i == 0) Assert.That(moments.Normalize(value + 100), Is.Zero, "one value has no deviation");
            if (i is not (1 or 2 or 9 or 98 or 99 or 100 or 101 or 300 or 599)) continue;
            var most = Math.Max(Math.Abs(oracle.Moments.Mean), scale);
            Assert.That(moments.Mean, Is.EqualTo(oracle.Moments.Mean).Within(1e-9 * most), $"{i}");
            Assert.That(moments.Deviation, Is.EqualTo(oracle.Moments.Deviation).Within(1e-6 * oracle.Moments.Deviation), $"{i}");
        }
        Assert.That(oracle.Cut, Is.GreaterThan(0));
        var (mean, deviation) = oracle.Moments;
        var above = (float)(mean + deviation);
        Assert.That(moments.Normalize(above), Is.EqualTo((above - mean) / deviation).Within(1e-4));
        Assert.That(moments.Normalize(float.PositiveInfinity), Is.EqualTo(3));
        Assert.That(moments.Normalize((float)(mean - 10 * deviation)), Is.EqualTo(-3));
        Assert.That(moments.Normalize(float.NaN), Is.Zero);
    }

    [Test]
    public void One_absurd_value_costs_itself_alone(
        [Values(12, 50, 99, 100, 101, 2_000, 30_000)] int before, [Values(null, 1000)] double? halfLife,
        [Values(99_999, -1e30f, float.MaxValue)] float absurd)
    {
        var (clean, other) = (new RunningMoments(new() { HalfLife = halfLife }), new RunningMoments(new() { HalfLife = halfLife }));
        var random = new Random(before);
        for (var i = 0; i < before + 300; i++)
        {
            var price = random.NextSingle() * 20;
            clean.Add(price);
            other.Add(i == before ? absurd : price);
            if (i <= 150 || i < before) continue;
            Assert.That(other.Deviation / clean.Deviation, Is.EqualTo(1).Within(0.45), $"{i}");
            Assert.That(Math.Abs(other.Mean - clean.Mean) / clean.Deviation, Is.LessThan(0.2), $"{i}");
        }
        if (before >= 2_000) Assert.That(other.Deviation / clean.Deviation, Is.EqualTo(1).Within(0.01));
    }

    [Test]
    public void A_change_of_level_is_followed([Values(100, 3_000, 30_000)] int before, [Values(1, -1)] int sign)
    {
        var moments = new RunningMoments(new() { HalfLife = 1000 });
        var random = new Random(before);
        for (var i = 0; i < before; i++) moments.Add(random.NextSingle());
        // By 100 deviations.
        var shift = sign * 100 * (float)moments.Deviation;
        var known = 0;
        for (var i = 0; i < 10_000; i++)
        {
            moments.Add(random.NextSingle() + shift);
            // No value of the new level is clipped any more.
            if (known == 0 && Math.Abs(moments.Normalize(shift + 0.5f)) < 2) known = i;
        }
        TestContext.Out.WriteLine($"{before} values before: after {known}");
        Assert.That(known, Is.InRange(1, 700));
        Assert.That(moments.Mean, Is.EqualTo(shift + 0.5f).Within(0.3));
    }

    [Test]
    public void The_deviation_of_a_column_that_few_rows_have_stays([Values(0.01, 0.03)] double share)
    {
        var (moments, random) = (new RunningMoments(new()), new Random(3));
        double count = 0, sum = 0, squares = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var value = random.NextDouble() < share ? 1 + (random.NextSingle() * 99) : 0;
            moments.Add(value);
            (count, sum, squares) = (count + 1, sum + value, squares + (value * value));
        }
        var deviation = Math.Sqrt((squares / count) - (sum * sum / count / count));
        TestContext.Out.WriteLine($"{moments.Deviation} of {deviation}");
        Assert.That(moments.Deviation / deviation, Is.InRange(0.4, 1.1));
    }

    [Test]
    public void Moments_do_not_depend_on_the_size_of_batches()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", row => row.Vector(2, new AdagradOptions()));
        f.Slot("id", "t");
        var price = f.Number("price");
        f.Normalized("price", price, new() { HalfLife = 50 });
        var schema = f.Build();
        var seen = new HashSet<(double, double)>();
        foreach (var size in new[] { 1, 7, 99, 100, 1000 })
        {
            var (derived, batch, random) = (new DerivedFeatures(schema), new FeatureBatch(schema), new Random(1));
            for (var i = 1; i <= 1000; i++)
            {
                batch.BeginRow().Number(price, random.Next(50) == 0 ? 1e9f : random.NextSingle());
                batch.EndRow();
                if (i % size > 0 && i < 1000) continue;
                derived.Learn(batch);
                batch.Clear();
            }
            seen.Add(derived.MomentsOf("price"));
        }
        Assert.That(seen, Has.Count.EqualTo(1));
    }

    [Test]
    public void Moments_of_the_largest_numbers_stay_finite()
    {
        var moments = new RunningMoments(new() { HalfLife = 20 });
        for (var i = 0; i < 10_000; i++) moments.Add(i % 2 == 0 ? float.MaxValue : float.MinValue);
        Assert.That((double.IsFinite(moments.Mean), double.IsFinite(moments.Deviation)), Is.EqualTo((true, true)));
    }

    [Test]
    public void They_go_on_to_the_bit_after_saving([Values(0, 1, 99, 100, 101, 1000)] int savedAfter)
    {
        var (moments, again) = (new RunningMoments(new() { HalfLife = 20 }), new RunningMoments(new() { HalfLife = 20 }));
        var random = new Random(2);
        for (var i = 0; i < savedAfter; i++) moments.Add(random.NextSingle());
        var fields = new FieldWriter();
        moments.Save(fields);
        var reader = new FieldReader(fields.Written);
        again.Load(ref reader);
        reader.End();
        for (var i = 0; i < 300; i++)
        {
            Assert.That((again.Mean, again.Deviation, again.Weight), Is.EqualTo((moments.Mean, moments.Deviation, moments.Weight)));
            var value = i % 50 == 0 ? 1e20f : random.NextSingle();
            foreach (var one in new[] { moments, again }) one.Add(value);
        }
    }

    [Test]
    public void A_constant_column_is_zero()
    {
        var moments = new RunningMoments(new());
        for (var i = 0; i < 1000; i++) moments.Add(0.1f);
        Assert.That((moments.Normalize(0.1f), moments.Normalize(50)), Is.EqualTo((0, 0)));
    }
}
