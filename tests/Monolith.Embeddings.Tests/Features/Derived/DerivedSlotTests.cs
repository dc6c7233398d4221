using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>Buckets and crosses of random batches against an oracle, and what must be refused.</summary>
public class DerivedSlotTests
{
    private static readonly float[] Edges =
    [
        0, -0f, float.Epsilon, -float.Epsilon, 1.1754942e-38f, float.MinValue, float.MaxValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, 1, -1, 5,
    ];

    [Test]
    public void Every_slot_has_the_ids_of_the_oracle([Range(0, 199)] int seed)
    {
        var random = new Random(seed);
        var schema = Schema(random);
        var derived = new DerivedFeatures(schema);
        var batch = new FeatureBatch(schema);
        for (var round = 0; round < 3; round++)
        {
            Write(batch, random);
            Assert.That(derived.Derive(batch), Is.EqualTo(schema.WrittenSlots.Count < schema.Slots.Count));
            foreach (var slot in schema.Slots.Where(slot => slot.IsDerived))
            {
                for (var row = 0; row < batch.Rows; row++)
                {
                    var expected = DerivedOracle.Of(batch, slot, row, _ => null);
                    Assert.That(DerivedOracle.Written(batch, slot, row), Is.EqualTo(expected), $"{slot.Name}, row {row}");
                }
            }
            Assert.That(derived.Derive(batch), Is.False, "again");
            if (random.Next(2) == 0) batch.Clear();
            else if (random.Next(2) == 0) batch.ClearRows();
        }
    }

    [Test]
    public void Values_at_edges_lie_in_the_bucket_that_comparisons_say()
    {
        float[] bounds = [float.MinValue, -1, 0, float.Epsilon, 1.1754942e-38f, 5, float.MaxValue];
        foreach (var value in Edges.Where(value => !float.IsNaN(value)))
            Assert.That(BucketBounds.BucketOf(bounds, value), Is.EqualTo(bounds.Count(bound => value >= bound)), $"{value:R}");
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            float[] some = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (float)random.Next(50)).Distinct().Order()];
            for (var value = -1f; value < 51; value += 0.5f)
                Assert.That(BucketBounds.BucketOf(some, value), Is.EqualTo(some.Count(bound => value >= bound)));
        }
    }

    [Test]
    public void Missing_values_and_buckets_have_ids_of_their_own()
    {
        var (schema, price) = OneBucketSlot(BucketBounds.Logarithmic(1, 2, 10));
        var batch = new FeatureBatch(schema);
        foreach (var value in new[] { float.NaN, float.NegativeInfinity, 1, 3, 5, 9, 17, 33, 65, 129, 257, float.PositiveInfinity })
        {
            batch.BeginRow().Number(price, value);
            batch.EndRow();
        }
        new DerivedFeatures(schema).Derive(batch);
        Assert.That(batch.Ids(schema.Slots[1]).ToArray(), Is.Unique);
        Assert.That(new DerivedFeatures(schema).BoundsOf(schema.Slots[1]).ToArray(),
            Is.EqualTo(new[] { 1f, 2, 4, 8, 16, 32, 64, 128, 256, 512 }));
    }

    [Test]
    public void A_bucket_keeps_its_id_where_other_bounds_change()
    {
        var before = IdsOf(BucketBounds.At(18, 25, 50), 10, 20, 30, 60, float.NaN);
        var after = IdsOf(BucketBounds.At(12, 18, 25, 50), 10, 20, 30, 60, float.NaN);
        Assert.That(after[1..], Is.EqualTo(before[1..]));
        Assert.That(before, Has.No.Member(after[0]), "what was below 18 is below 12 now");
        Assert.That(IdsOf(BucketBounds.At(-0f, 1), -1, 0.5f, 2), Is.EqualTo(IdsOf(BucketBounds.At(0f, 1), -1, 0.5f, 2)));
        Assert.That(IdsOf(BucketBounds.At(18, 25, 50), "age", 10, float.NaN), Is.Unique.And.All.Not.AnyOf(before), "another column");
    }

    [Test]
    public void Buckets_that_are_learned_have_the_ids_of_their_bounds()
    {
        var (schema, price) = OneBucketSlot(BucketBounds.Quantiles(4, 100));
        var (derived, batch) = (new DerivedFeatures(schema), new FeatureBatch(schema));
        for (var i = 0; i < 100; i++)
        {
            batch.BeginRow().Number(price, i);
            batch.EndRow();
        }
        derived.Derive(batch);
        var unknown = batch.Ids(schema.Slots[1]).ToArray();
        derived.Learn(batch);
        derived.Derive(batch);
        var bounds = derived.BoundsOf(schema.Slots[1]).ToArray();
        float[] values = [.. Enumerable.Range(0, 100)];
        Assert.That(batch.Ids(schema.Slots[1]).ToArray(), Is.EqualTo(IdsOf(BucketBounds.At(bounds), values)).And.Not.EqualTo(unknown));
    }

    [Test]
    public void A_cross_of_other_slots_has_other_ids()
    {
        var seen = new List<long>();
        foreach (var second in new[] { "b", "c" })
        {
            var f = Tables();
            var (one, other) = (f.Slot("a", "t"), f.Slot(second, "t"));
            var cross = f.Cross("cross", "t", one, other);
            var batch = new FeatureBatch(f.Build());
            batch.BeginRow().Id(one, 1).Id(other, 2);
            batch.EndRow();
            new DerivedFeatures(batch.Schema).Derive(batch);
            seen.Add(batch.Ids(cross)[0]);
        }
        Assert.That(seen, Is.Unique);
    }

    [Test]
    public void A_cross_of_any_ids_has_no_repeats()
    {
        var f = Tables();
        var (one, other) = (f.Slot("one", "t"), f.Slot("other", "t"));
        var cross = f.Cross("cross", "t", one, other);
        var batch = new FeatureBatch(f.Build());
        long[] ids = [0, 1, -1, long.MinValue, long.MaxValue, 1 << 16, unchecked((long)0x9E3779B97F4A7C15), 2, 3, 4];
        foreach (var first in ids)
        {
            foreach (var second in ids)
            {
                batch.BeginRow().Id(one, first).Id(other, second);
                batch.EndRow();
            }
            batch.BeginRow().Id(one, first);
            batch.EndRow();
            batch.BeginRow().Id(other, first);
            batch.EndRow();
        }
        new DerivedFeatures(batch.Schema).Derive(batch);
        Assert.That(batch.Ids(cross).ToArray(), Is.Unique.And.Length.EqualTo(120));
    }

    [Test]
    public void Nobody_writes_a_derived_slot_or_reads_one_that_is_not_derived()
    {
        var f = Tables();
        var (one, other) = (f.Slot("one", "t"), f.Slot("other", "t"));
        var cross = f.Cross("pair", "t", one, other);
        var batch = new ExampleBatch(f.Build());
        Assert.That(() => batch.BeginExample().Id(cross, 1),
            Throws.ArgumentException.With.Message.Contains("'pair'").And.Message.Contains("cross of 'one', 'other'"));
        Assert.That(() => batch.Shared.Ids(cross, [1]), Throws.ArgumentException);
        batch.EndRow();
        Assert.That(() => batch.Ids(cross).Length, Throws.InvalidOperationException.With.Message.Contains("'pair'"));
        var derived = new DerivedFeatures(batch.Schema);
        derived.Derive(batch);
        Assert.That(batch.Ids(cross).Length, Is.EqualTo(1));
        batch.BeginExample();
        batch.EndRow();
        Assert.That(() => batch.Ids(cross).Length, Throws.InvalidOperationException);
    }

    [Test]
    public void What_is_absent_stays_empty_with_all_that_is_derived_from_it()
    {
        var f = Tables();
        var (one, other, third) = (f.Slot("one", "t"), f.Slot("other", "t"), f.Slot("third", "t"));
        var (pair, far, rest) = (f.Cross("pair", "t", one, other), f.Cross("far", "t", third, other), f.Cross("rest", "t", other, third));
        var deep = f.Cross("deep", "t", rest, pair);
        var schema = f.Build();
        var absent = new bool[schema.Slots.Count];
        absent[one.Index] = true;
        schema.AddDerivedFrom(absent, []);
        var batch = new FeatureBatch(schema);
        batch.SetAbsentSlots(absent);
        batch.BeginRow().Id(other, 1).Id(third, 2);
        batch.EndRow();
        new DerivedFeatures(schema).Derive(batch);
        int[] counts = [.. new[] { pair, far, rest, deep }.Select(slot => batch.Ids(slot).Length)];
        Assert.That(counts, Is.EqualTo(new[] { 0, 1, 1, 0 }));
    }

    [Test]
    public void Deriving_allocates_nothing()
    {
        var random = new Random(11);
        var schema = Schema(random, crosses: 4);
        var derived = new DerivedFeatures(schema);
        FeatureBatch[] batches = [.. Enumerable.Range(0, 2).Select(_ => new FeatureBatch(schema))];
        foreach (var batch in batches) Write(batch, random, rows: 100);
        var dense = new float[100 * schema.Layout.DenseWidth];
        for (var round = 0; round < 5; round++) Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 5; round++) Pass();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Pass()
        {
            foreach (var batch in batches)
            {
                batch.ForgetDerived();
                derived.Derive(batch);
                derived.FillDense(batch, 0, dense.AsSpan(0, batch.Rows * schema.Layout.DenseWidth));
            }
        }
    }

    private static FeatureSchemaBuilder Tables()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", row => row.Vector(2, new AdagradOptions()));
        return f;
    }

    private static long[] IdsOf(BucketBounds bounds, params ReadOnlySpan<float> values) => IdsOf(bounds, "price", values);

    private static long[] IdsOf(BucketBounds bounds, string column, params ReadOnlySpan<float> values)
    {
        var (schema, number) = OneBucketSlot(bounds, column);
        var batch = new FeatureBatch(schema);
        foreach (var value in values)
        {
            batch.BeginRow().Number(number, value);
            batch.EndRow();
        }
        new DerivedFeatures(schema).Derive(batch);
        return batch.Ids(schema.Slots[1]).ToArray();
    }

    private static (FeatureSchema Schema, NumberColumn Price) OneBucketSlot(BucketBounds bounds, string column = "price")
    {
        var f = Tables();
        var price = f.Number(column);
        f.Slot("id", "t");
        f.Buckets("bucket", "t", price, bounds);
        return (f.Build(), price);
    }

    private static FeatureSchema Schema(Random random, int? crosses = null)
    {
        var f = Tables();
        List<FeatureSlot> slots = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => AnySlot(f, $"slot{i}", random))];
        List<NumberColumn> numbers = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => f.Number($"number{i}"))];
        foreach (var number in numbers)
        {
            if (random.Next(2) == 0) slots.Add(f.Buckets($"at {number.Name}", "t", number, BucketBounds.At(-1, 0, 1.1754942e-38f, 2)));
            if (random.Next(2) == 0) slots.Add(f.Buckets($"log {number.Name}", "t", number, BucketBounds.Logarithmic(0.01f, 3, 8)));
            if (random.Next(3) == 0) slots.Add(f.Buckets($"learned {number.Name}", "t", number, BucketBounds.Quantiles(4, 100)));
            f.SignedLog(number.Name, number);
        }
        for (var i = crosses ?? random.Next(4); i > 0; i--)
        {
            FeatureSlot[] parts = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => slots[random.Next(slots.Count)]).Distinct()];
            if (parts.Length < 2) continue;
            slots.Add(random.Next(2) == 0
                ? f.Cross($"cross{i}", "t", parts)
                : f.Cross($"cross{i}", "t", Pooling.Mean, random.Next(1, 6), parts));
        }
        return f.Build();
    }

    private static FeatureSlot AnySlot(FeatureSchemaBuilder f, string name, Random random) => random.Next(4) == 0
        ? f.Sequence(name, "t", random.Next(1, 5), (SequenceOrder)random.Next(2))
        : f.Slot(name, "t", Pooling.Mean, random.Next(2) == 0 ? int.MaxValue : 2);

    private static void Write(FeatureBatch batch, Random random, int? rows = null)
    {
        var schema = batch.Schema;
        FeatureSlot[] shared = batch.Rows > 0 || random.Next(2) == 0 || schema.WrittenSlots.Any(batch.IsShared)
            ? []
            : [.. schema.WrittenSlots.Where(_ => random.Next(2) == 0)];
        foreach (var slot in shared)
        {
            batch.Shared.Ids(slot, []);
            for (var i = random.Next(3); i > 0; i--) Add(batch.Shared, slot, random);
        }
        var (oneId, row) = (random.Next(2) == 0, 0);
        for (row = rows ?? random.Next(1, 30); row > 0; row--)
        {
            var writer = batch.BeginRow();
            foreach (var slot in schema.WrittenSlots.Where(slot => !batch.IsShared(slot)))
                for (var i = oneId ? 1 : random.Next(4); i > 0; i--) Add(writer, slot, random, oneId);
            foreach (var number in schema.Numbers)
            {
                var value = random.Next(2) == 0 ? Edges[random.Next(Edges.Length)] : random.NextSingle() * 9;
                if (random.Next(5) > 0) writer.Number(number, value);
            }
            batch.EndRow();
        }
    }

    private static void Add(FeatureWriter writer, FeatureSlot slot, Random random, bool isPlain = false)
    {
        var id = random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(4);
        if (isPlain || random.Next(3) > 0) writer.Id(slot, id);
        else writer.Id(slot, id, random.Next(-2, 3) * 0.5f);
    }
}
