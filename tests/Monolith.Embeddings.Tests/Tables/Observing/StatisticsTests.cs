using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Observing;

public class StatisticsTests : LeakChecked
{
    [Test]
    public void Rows_that_went_are_counted_by_cause()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        table.Assign(TestTable.Range(0, 5), new float[10], At.Seconds(1));
        table.Assign(TestTable.Range(100, 20), new float[40], At.Seconds(100));
        table.Evict();
        table.Remove(TestTable.Range(100, 3));
        table.Clear();
        table.Assign([1], new float[2], At.Seconds(100));
        var told = table.GetStatistics();
        Assert.That(
            (told.Created, told.Rows, told.Expired, told.Removed, told.Cleared, told.Evicted), Is.EqualTo((26L, 1L, 5L, 3L, 17L, 0L)));
    }

    [Test]
    public void Lookups_and_hits_are_counted()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Admission = new MinOccurrencesOptions(2)));
        Assert.That(table.GetStatistics().HitRate, Is.Zero);
        table.Assign([1], new float[2], At.Seconds(0));
        table.Lookup([1, 1, 1, 2], new float[8]);
        table.LookupOrAdmit([1, 3], [], new float[4], At.Seconds(0));
        var told = table.GetStatistics();
        Assert.That((told.Lookups, told.Found, told.HitRate, told.PendingIds), Is.EqualTo((6L, 4L, 4 / 6.0, 1L)));
    }

    [Test]
    public void The_bytes_of_all_kinds_are_the_memory_of_the_set([Values(1, 8)] int stripes)
    {
        using var set = new EmbeddingTableSet(
            new TableSchema([TestTable.Options(stripes, 16, o => o.Admission = new MinOccurrencesOptions(2))]),
            new() { MemoryLimitBytes = 1 << 28 });
        var table = set.Tables[0];
        Check();
        long[] ids = TestTable.Range(0, 60_000);
        table.LookupOrAdmit(ids, [], new float[ids.Length * table.Dimension], At.Seconds(0));
        Check();
        table.LookupOrAdmit(ids.AsSpan(0, 40_000), [], new float[40_000 * table.Dimension], At.Seconds(0));
        Check();
        var bytes = table.GetStatistics().Bytes;
        Assert.That(new[] { bytes.Rows, bytes.Index, bytes.Filter, bytes.RemovalHistory, bytes.Other }, Is.All.Positive);
        Assert.That(bytes.RemovalHistory, Is.EqualTo(4096 * 24));
        Assert.That(bytes.Rows, Is.GreaterThan(40_000L * table.RowBytes));
        table.Clear();
        Check();

        void Check() => Assert.That(table.GetStatistics().Bytes.Total, Is.EqualTo(set.MemoryBytes));
    }

    [Test]
    public void Every_new_entry_of_the_index_is_counted_by_the_moves_it_took()
    {
        using var table = TestTable.Create(TestTable.Plain(2, 1));
        table.Assign(TestTable.Range(0, 200_000), new float[200_000], At.Seconds(0));
        var told = table.GetStatistics();
        var moved = told.Displacements;
        Assert.That(moved.None + moved.One + moved.Two + moved.Three + moved.FourOrMore + told.OverflowIds, Is.EqualTo(200_000));
        Assert.That((moved.None, moved.One), Is.GreaterThan((100_000L, 1_000L))
            .Using<(long, long)>((a, b) => a.Item1 > b.Item1 && a.Item2 > b.Item2 ? 1 : -1));
        Assert.That(moved.One, Is.GreaterThan(moved.Two));
        Assert.That(told.LoadFactor, Is.InRange(0.6, 0.93));
        Assert.That((double)told.Rows / told.IndexPlaces, Is.EqualTo(told.LoadFactor));
        Assert.That(told.IndexGrowths, Is.Positive);
    }

    [Test]
    public void A_small_limit_shortens_what_is_remembered()
    {
        using var small = TestTable.Create(TestTable.Plain(4), limit: 1 << 20);
        using var large = TestTable.Create(TestTable.Plain(4), limit: 1 << 28);
        Assert.That(small.GetStatistics().Bytes.RemovalHistory + small.GetStatistics().Bytes.Other, Is.InRange(1000, (1 << 20) / 64));
        Assert.That(large.GetStatistics().Bytes.Other, Is.EqualTo(HistorySizes.SamplesPerTable * 16));
    }
}
