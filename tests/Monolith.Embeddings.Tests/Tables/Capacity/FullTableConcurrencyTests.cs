using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>Threads at once on a full table; work is bounded by the number of calls, never by time.</summary>
public class FullTableConcurrencyTests : LeakChecked
{
    private const int Threads = 4;
    private const int Rounds = 300;
    private const int Pool = 30_000;

    [Test]
    public void Writers_at_the_limit_stay_within_it_and_nobody_is_refused(
        [Values(1, 16)] int stripes, [Values(1, 30, 400)] int batch, [Values(null, 1000, 5000)] int? mostRows)
    {
        var counts = mostRows == 5000;
        var options = TestTable.Plain(stripes, 8, o =>
        {
            (o.AtLimit, o.MaxRows) = (new LeastRecentlyUpdatedOptions(), mostRows);
            if (counts) o.Admission = new MinOccurrencesOptions(2);
        });
        // Large enough for the filter to count every id.
        using var set = new EmbeddingTableSet(new TableSchema([options]), new() { MemoryLimitBytes = counts ? 16 << 20 : 1 << 20 });
        var table = set.Tables[0];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < Rounds; i++)
            {
                Write(table, random, batch, (uint)i);
                Assert.That(table.Count, Is.LessThanOrEqualTo(table.RowLimit));
                Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
            }
        });
        var statistics = table.GetStatistics();
        Assert.That(statistics.Refused, Is.Zero);
        if (batch == 400 || mostRows == 1000 && batch == 30) Assert.That(statistics.Evicted, Is.Positive);
        Assert.That(statistics.Created - statistics.Evicted, Is.EqualTo(table.Count));
        Assert.That(table.Contains(TestTable.Range(0, Pool), new bool[Pool]), Is.EqualTo(table.Count));
        Assert.That(table.Remove(TestTable.Range(0, Pool)), Is.EqualTo(statistics.Rows));
        // All room came back: as many rows fit as at first.
        var (next, refusing) = (100_000L, table.RowLimit);
        for (; refusing > 0; refusing -= 100, next += 100) table.Assign(TestTable.Range(next, (int)Math.Min(100, refusing)),
            new float[8 * Math.Min(100, refusing)], At.Seconds(0));
        Assert.That((table.Count, table.GetStatistics().Evicted), Is.EqualTo((table.RowLimit, statistics.Evicted)));
    }

    [Test]
    public void Removing_clearing_and_expiring_beside_writers_leaves_a_table_that_is_right(
        [Values(1, 16)] int stripes, [Values] bool evicts)
    {
        using var table = TestTable.Create(TestTable.Plain(stripes, 8, o =>
        {
            (o.MaxRows, o.Expiry) = (3000, new TimeToLiveOptions(TimeSpan.FromSeconds(50)));
            if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
        }));
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < Rounds; i++)
            {
                if (thread > 0) Write(table, random, 200, (uint)i);
                else if (i % 100 == 99) table.Clear();
                else if (i % 10 == 9) table.Evict();
                else table.Remove(Ids(random, 200));
                Assert.That(table.Count, Is.LessThanOrEqualTo(table.RowLimit));
            }
        });
        var statistics = table.GetStatistics();
        Assert.That(statistics.Created - statistics.Evicted - statistics.Expired - statistics.Removed - statistics.Cleared,
            Is.EqualTo(table.Count));
        Assert.That(table.Contains(TestTable.Range(0, Pool), new bool[Pool]), Is.EqualTo(table.Count));
        table.Clear();
        for (var next = 0; next < 3000; next += 100) table.Assign(TestTable.Range(next, 100), new float[800], At.Seconds(0));
        Assert.That((table.Count, table.GetStatistics().Evicted), Is.EqualTo((3000L, statistics.Evicted)), "all room came back");
    }

    private static void Write(EmbeddingTable table, Random random, int batch, uint time)
    {
        var (ids, floats) = (Ids(random, batch), new float[batch * 8]);
        switch (random.Next(3))
        {
            case 0:
                table.Assign(ids, floats, At.Seconds(time));
                break;
            case 1:
                table.LookupOrAdmit(ids, [], floats, At.Seconds(time));
                break;
            default:
                table.ApplyGradients(ids, floats, [], At.Seconds(time));
                break;
        }
    }

    private static long[] Ids(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(Pool))];
}
