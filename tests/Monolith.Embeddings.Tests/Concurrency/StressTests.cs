using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Readers check every answer while owners write and remove rows and thousands of others come and go, so that stripes grow, rows move into
/// holes, and chunks are given back. The work is a number of reads, never a time.
/// </summary>
[Category("Stress")]
public class StressTests : LeakChecked
{
    private const int Readers = 2, Writers = 2;
    private const int OwnedCount = 8192, TransientCount = 24_576;

    // Both dimensions together took ten seconds on two virtual cores of a Zen 4 server.
    private const long ReadsByDefault = 25_000_000;
    private const long ReadsInTheLongForm = 500_000_000;

    [Test]
    public void No_answer_is_wrong_while_rows_come_and_go([Values(16, 40)] int dimension) => Run(dimension, ReadsByDefault);

    [Test, Category("Long"), Explicit("Takes minutes.")]
    public void No_answer_is_wrong_in_a_thousand_million_reads([Values(16, 40)] int dimension) => Run(dimension, ReadsInTheLongForm);

    private static void Run(int dimension, long reads)
    {
        var hooks = new PlugIns();
        // The limit makes chunks of 128 KiB, several a stripe, so that some are given back at each ebb.
        using var table = TestTable.Create(TestTable.Plain(16, dimension, o => o.Expiry = hooks.Expiry), limit: 1 << 24);
        var owned = new OwnedIds(OwnedCount);
        var transients = new Transients(table, OwnedCount, TransientCount, new Random(1));
        hooks.OnIsExpired = transients.IsTransient;
        StressReader[] readers =
            [.. Enumerable.Range(0, Readers).Select(i => new StressReader(table, owned, transients, new Random(10 + i)))];
        StressWriter[] writers =
            [.. Enumerable.Range(0, Writers)
                .Select(i => new StressWriter(table, owned, i * OwnedCount / Writers, OwnedCount / Writers, new Random(20 + i)))];
        Crowd.RunUntilDone(
            [.. readers.Select(reader => (Action)(() => Read(reader, reads / Readers)))],
            [.. writers.Select(writer => (Action)writer.Step), transients.Step]);
        var seen = readers.Aggregate(new StressCounts(), (sum, reader) => sum.Plus(reader.Counts));
        var statistics = table.GetStatistics();
        TestContext.Out.WriteLine($"{seen}, {transients.Tides} tides, {statistics.IndexGrowths} growths, {statistics.Expired} rows "
            + $"evicted, {statistics.Removed} removed, "
            + $"{Enumerable.Range(0, OwnedCount).Sum(id => (long)owned.Done(id))} writes of owned rows");
        Assert.That(seen, Is.EqualTo(new StressCounts { Read = seen.Read, Found = seen.Found }));
        Assert.That(seen.Read, Is.GreaterThanOrEqualTo(reads));
        Assert.That(seen.Found, Is.GreaterThan(reads / 2), "rows that were read");
        Assert.That(Math.Min(transients.Tides, statistics.IndexGrowths), Is.GreaterThan(3), "rows came and went, and stripes grew");
        Assert.That(statistics.Created - statistics.Removed - statistics.Expired - statistics.Cleared, Is.EqualTo(table.Count));
    }

    private static void Read(StressReader reader, long reads)
    {
        while (reader.Counts.Read < reads) reader.Step();
    }
}
