using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Ranges;

/// <summary>What stands between a trainer and its tables costs nothing a batch.</summary>
public class TableSetAllocationTests : LeakChecked
{
    private const int Ids = 512;

    [Test]
    public void A_batch_allocates_nothing_on_one_set()
    {
        using var tables = Create(range: null);
        Assert.That(AllocatedBy(tables), Is.Zero);
    }

    [Test]
    public void A_batch_allocates_nothing_on_ranges_in_this_process([Values(1, 4, 64)] int ranges)
    {
        EmbeddingTableSet[] sets = [.. Enumerable.Range(0, ranges).Select(i => Create(new IdRange(i, ranges)))];
        try
        {
            Assert.That(AllocatedBy(new PartitionedTableSet(Schema(), new LocalTableRanges(sets), Options(null))), Is.Zero);
        }
        finally
        {
            foreach (var set in sets) set.Dispose();
        }
    }

    private static long AllocatedBy(TableSet tables)
    {
        TableBatch[] batches = [Batch(0), Batch(Ids / 2)];
        // Twice: the first round may make what a thread keeps.
        var allocated = 0L;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 20; step++)
            {
                var eventTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + step);
                End(tables.LookupAsync(batches));
                tables.ConfirmEventTime(eventTime);
                End(tables.LookupOrAdmitAsync(batches, eventTime, step));
                End(tables.ApplyGradientsAsync(batches, eventTime, step));
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return allocated;
    }

    // A set in this process has answered when the call returns.
    private static void End(ValueTask answer)
    {
        if (!answer.IsCompletedSuccessfully) Assert.Fail("It answers later.");
        answer.GetAwaiter().GetResult();
    }

    private static TableBatch Batch(long first) => new()
    {
        Ids = TestTable.Range(first, Ids),
        Counts = Enumerable.Repeat(2, Ids).ToArray(),
        Rows = new float[2 * Ids],
        HasRow = new bool[Ids],
        Gradients = new float[2 * Ids],
    };

    private static EmbeddingTableSet Create(IdRange? range) => new(Schema(), Options(range));

    private static TableSchema Schema() => new(
        [TestTable.Plain(configure: o => o.Name = "one"),
        TestTable.Plain(configure: o => (o.Name, o.Admission) = ("two", new MinOccurrencesOptions(3)))]);

    private static EmbeddingTableSetOptions Options(IdRange? range) => new() { MemoryLimitBytes = 1 << 28, Range = range };
}
