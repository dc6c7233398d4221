using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

public class RowLimitTests : LeakChecked
{
    [Test]
    public void The_limit_is_the_same_for_any_number_of_stripes(
        [Values(1 << 20, 7_000_000, 1L << 30)] long limit, [Values(1, 16, 4000)] int dimension, [Values] bool counts, [Values] bool evicts)
    {
        long[] limits = [.. new[] { 1, 16, 64, 1024 }.Select(stripes => Limit(limit, Options(stripes, dimension, counts, evicts)))];
        Assert.That(limits, Is.All.EqualTo(limits[0]));
        var floor = dimension == 1 ? 0.34 : 0.55;
        Assert.That(limits[0] * Options(1, dimension, counts, evicts).Segments[0].Dimension * 4, Is.InRange(0, limit));
        Assert.That(limits[0] * (16 + 4 * dimension), Is.GreaterThan(limit * floor * (counts ? 0.75 : 1)));
    }

    [Test]
    public void Exactly_as_many_rows_fit_as_the_limit_says([Values(1, 4, 64)] int stripes, [Values] bool hasOwn)
    {
        var options = Options(stripes, 8);
        if (hasOwn) options.MaxRows = 777;
        using var table = TestTable.Create(options, limit: 1 << 20);
        var limit = table.RowLimit;
        if (hasOwn) Assert.That(limit, Is.EqualTo(777));
        for (var next = 0L; next < 2 * limit; next += 100) table.Assign(TestTable.Range(next, 100), new float[800], At.Seconds(0));
        Assert.That(table.Count, Is.EqualTo(limit));
    }

    [Test]
    public void A_small_limit_lowers_the_number_of_stripes()
    {
        using var small = TestTable.Create(Options(64, 8), limit: 1 << 20);
        using var large = TestTable.Create(Options(64, 8), limit: 1 << 24);
        Assert.That((small.StripeCount, large.StripeCount), Is.EqualTo((4, 64)));
    }

    [Test]
    public void Stripes_and_chunks_waste_no_more_than_they_may(
        [Values(1, 8, 64, 1024)] int stripes, [Values(16 << 10, 1 << 20, 1 << 28)] long waste,
        [Values(24, 144, 9000, 300_000)] int rowBytes)
    {
        var plan = StripePlan.For(stripes, waste, rowBytes);
        Assert.That(plan.Stripes, Is.InRange(1, stripes));
        Assert.That(plan.Stripes * StripePlan.SmallestWaste, Is.LessThanOrEqualTo(waste));
        if (plan.ChunkBytes > rowBytes) Assert.That(plan.Stripes * 2 * plan.ChunkBytes, Is.LessThanOrEqualTo(waste));
        Assert.That(plan.ChunkBytes % rowBytes, Is.LessThanOrEqualTo(plan.ChunkBytes / 16), "unused at the end of a chunk");
    }

    [Test]
    public void A_limit_that_is_too_small_for_so_many_tables_is_refused_with_the_numbers()
    {
        EmbeddingTableOptions[] tables = [.. Enumerable.Range(0, 5).Select(i => TestTable.Plain(configure: o => o.Name = $"{i}"))];
        Assert.That(() => new EmbeddingTableSet(new TableSchema(tables), new() { MemoryLimitBytes = 1 << 20 }),
            Throws.ArgumentException.With.Message.Contains($"{5 * 16 * StripePlan.SmallestWaste}").And.Message.Contains("1048576"));
        using var four = new EmbeddingTableSet(new TableSchema(tables[..4]), new() { MemoryLimitBytes = 1 << 20 });
        Assert.That(four.Tables.Select(t => t.StripeCount), Is.All.EqualTo(1));
    }

    [Test]
    public void What_cannot_be_is_reported_together()
    {
        var options = TestTable.Plain(configure: o =>
        {
            (o.MaxRows, o.InitialCapacity) = (0, 5);
            o.AtLimit = new LeastFrequentlyUsedOptions();
        });
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(options)), Is.EqualTo(new[] { "MaxRows", "MaxRows", "AtLimit" }));
        options.AtLimit = new NeedyOptions();
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(options)), Is.EqualTo(new[] { "MaxRows", "MaxRows", "AtLimit" }));
        (options.MaxRows, options.TrackAdmissionTime) = (5, true);
        Assert.That(() => TestTable.Create(options).Dispose(), Throws.Nothing);
    }

    private static long Limit(long limit, EmbeddingTableOptions options)
    {
        using var table = TestTable.Create(options, limit: limit);
        return table.RowLimit;
    }

    private static EmbeddingTableOptions Options(int stripes, int dimension, bool counts = false, bool evicts = false) =>
        TestTable.Plain(stripes, dimension, o =>
        {
            if (counts) o.Admission = new MinOccurrencesOptions(2);
            if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
        });

    private sealed class NeedyOptions : EvictionPolicyOptions
    {
        public override bool NeedsAdmissionTime => true;

        public override EvictionPolicy Create() => new LeastRecentlyUpdated();
    }
}
