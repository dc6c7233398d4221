using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>A cap of half of what the ids need, four times the ids that fit: neither the account nor the process goes over it.</summary>
public class MemoryCapTests : LeakChecked
{
    private const int Dimension = 16;
    private const int Batch = 8192;
    private const int Megabyte = 1 << 20;

    [Test, Pairwise]
    [Platform("Linux")]
    public void The_process_grows_by_no_more_than_the_cap(
        [Values] bool evicts, [Values(0, 2)] int occurrences, [Values(1, 16, 64)] int stripes) =>
        CheckCap(Options(evicts, occurrences, stripes), 96 * Megabyte);

    [Test]
    [Platform("Linux")]
    public void So_it_is_where_stripes_share_pages() => CheckCap(Options(evicts: true, occurrences: 0, stripes: 64), 300 * Megabyte);

    private static void CheckCap(EmbeddingTableOptions options, long cap)
    {
        // Made once: garbage would count as the process's.
        var (ids, floats) = (new long[Batch], new float[Batch * Dimension]);
        var before = ResidentBytes();
        using var set = new EmbeddingTableSet(new TableSchema([options]), new() { MemoryLimitBytes = cap });
        var table = set.Tables[0];
        var (random, largest) = (new Random(3), 0L);
        for (var done = 0L; done < 4 * table.RowLimit; done += Batch)
        {
            // Twice as many ids as fit; a filter admits those that came before.
            foreach (ref var id in ids.AsSpan()) id = random.NextInt64(2 * table.RowLimit);
            table.ApplyGradients(ids, floats, [], At.Seconds((uint)(done / Batch)));
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(cap));
            if (done / Batch % 50 == 0) largest = Math.Max(largest, ResidentBytes() - before);
        }
        Assert.That(table.Count, Is.GreaterThan(table.RowLimit * 9 / 10), "the table is full");
        Assert.That(largest, Is.LessThanOrEqualTo(cap * 11 / 10));
        if (options is { AtLimit: not null, Admission: null }) Assert.That(table.GetStatistics().Refused, Is.Zero);
    }

    private static EmbeddingTableOptions Options(bool evicts, int occurrences, int stripes) => TestTable.Plain(stripes, Dimension, o =>
    {
        o.Segments[0].Optimizer = new Monolith.Embeddings.Optimizers.AdagradOptions();
        if (occurrences > 0) o.Admission = new MinOccurrencesOptions(occurrences);
        if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
    });

    // The garbage of the collected heap is not the table's.
    private static long ResidentBytes()
    {
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
