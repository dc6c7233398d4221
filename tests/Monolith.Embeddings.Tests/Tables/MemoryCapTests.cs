using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>A cap of half of what the ids need, and ten times the ids that fit: neither the account nor the process goes over it.</summary>
public class MemoryCapTests : LeakChecked
{
    private const int Dimension = 16;
    private const int Batch = 8192;
    private const long Cap = 96 << 20;

    [Test]
    [Platform("Linux")]
    public void The_process_grows_by_no_more_than_the_cap([Values] bool evicts, [Values(0, 2)] int occurrences)
    {
        var floats = new float[Batch * Dimension];
        var before = ResidentBytes();
        using var set = new EmbeddingTableSet(new TableSchema([Options(evicts, occurrences)]), new() { MemoryLimitBytes = Cap });
        var table = set.Tables[0];
        var (random, largest) = (new Random(3), 0L);
        for (var done = 0L; done < 10 * table.RowLimit; done += Batch)
        {
            // Twice as many ids as fit; a filter admits those that came before.
            long[] ids = [.. Enumerable.Range(0, Batch).Select(_ => random.NextInt64(2 * table.RowLimit))];
            table.ApplyGradients(ids, floats, [], (uint)(done / Batch));
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(Cap));
            if (done / Batch % 50 == 0) largest = Math.Max(largest, ResidentBytes() - before);
        }
        Assert.That(table.Count, Is.GreaterThan(table.RowLimit * 9 / 10), "the table is full");
        Assert.That(largest, Is.LessThanOrEqualTo(Cap * 11 / 10));
        if (evicts && occurrences == 0) Assert.That(table.GetStatistics().Refused, Is.Zero);
    }

    private static EmbeddingTableOptions Options(bool evicts, int occurrences) => TestTable.Plain(64, Dimension, o =>
    {
        o.Segments[0].Optimizer = new Monolith.Embeddings.Optimizers.AdagradOptions();
        if (occurrences > 0) o.Admission = new MinOccurrences(occurrences);
        if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
    });

    // The garbage of the collected heap is not the table's.
    private static long ResidentBytes()
    {
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
