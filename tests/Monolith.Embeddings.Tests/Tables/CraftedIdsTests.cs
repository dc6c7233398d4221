using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Hashing;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>
/// Ids that were chosen to collide take a bounded part of the memory limit, and the ids of others are served as before.
/// </summary>
public class CraftedIdsTests : LeakChecked
{
    private const int Limit = 32 << 20, Batch = 5000;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public void Ids_that_share_buckets_stay_within_the_memory_limit([Values(1, 16)] int stripes)
    {
        using var tables = Create(stripes);
        var (table, crafted) = (tables.Tables[0], 0);
        for (; table.GetStatistics().Refused == 0; crafted += Batch)
            table.Assign(SharingBuckets(crafted, Batch), new float[2 * Batch], At.Seconds(1));
        var told = table.GetStatistics();
        Assert.That(told.Rows, Is.EqualTo(table.RowLimit), "as many as of any other ids");
        Assert.That(told.OverflowIds, Is.GreaterThan(told.Rows / 2));
        Assert.That(tables.MemoryBytes, Is.EqualTo(told.Bytes.Total).And.LessThanOrEqualTo(Limit), "all of it is accounted");
        Assert.That(told.Bytes.Index, Is.GreaterThan(12 * told.OverflowIds), "those that overflow too");
        var ids = SharingBuckets(0, crafted);
        Assert.That(table.Contains(ids, new bool[crafted]), Is.EqualTo(told.Rows));
        Assert.That(table.ApplyGradients(ids, new float[2 * crafted], [], At.Seconds(2), step: 0, absent: AbsentIds.Drop),
            Is.EqualTo(told.Rows));
        Assert.That(table.Remove(ids.AsSpan(0, 2 * Batch)), Is.EqualTo(2 * Batch));
        AssertServesOthers(table);
        Assert.That(table.Remove(ids), Is.EqualTo(told.Rows - 2 * Batch));
        Assert.That(table.GetStatistics().OverflowIds, Is.Zero);
    }

    [Test]
    public async Task What_was_saved_of_them_is_restored_into_any_number_of_stripes(
        [Values(1, 16)] int stripes, [Values(1, 64)] int restoredStripes)
    {
        using var tables = Create(stripes, o => o.Admission = new MinOccurrencesOptions(2));
        var table = tables.Tables[0];
        table.Assign(SharingBuckets(0, 2 * Batch), TestTable.Values(2 * Batch, 2, 1), At.Seconds(1));
        table.Assign(TestTable.Range(0, Batch), TestTable.Values(Batch, 2, 2), At.Seconds(1));
        table.LookupOrAdmit(SharingAPlace(Batch), [], new float[2 * Batch], At.Seconds(1));
        var store = new MemorySnapshotStore();
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(NoSections);
        using var restored = Create(restoredStripes, o => o.Admission = new MinOccurrencesOptions(2));
        using (await SnapshotChain.OpenAsync(store, restored)) Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
        Assert.That(restored.Tables[0].LookupOrAdmit(SharingAPlace(Batch), [], new float[2 * Batch], At.Seconds(2)), Is.EqualTo(Batch));
        AssertServesOthers(restored.Tables[0]);
    }

    [Test]
    public void Ids_that_share_a_place_among_those_that_are_counted_are_counted_like_others([Values(1, 16)] int stripes)
    {
        using var tables = Create(stripes, o => o.Admission = new MinOccurrencesOptions(2));
        var table = tables.Tables[0];
        var ids = SharingAPlace(16 * Batch);
        table.LookupOrAdmit(ids, [], new float[2 * ids.Length], At.Seconds(1));
        var told = table.GetStatistics();
        Assert.That((told.PendingIds, told.Refused), Is.EqualTo(((long)ids.Length, 0L)));
        Assert.That(table.LookupOrAdmit(ids, [], new float[2 * ids.Length], At.Seconds(2)), Is.EqualTo(ids.Length));
    }

    [Test, Category("Long"), Explicit("Takes a minute.")]
    public void Three_million_of_them_keep_the_process_within_the_memory_limit()
    {
        const int limit = 128 << 20, ids = 3_000_000, runtime = 16 << 20;
        var before = Environment.WorkingSet;
        using var tables = Create(16, limit: limit);
        for (var from = 0; from < ids; from += Batch) tables.Tables[0].Assign(SharingBuckets(from, Batch), new float[2 * Batch],
            At.Seconds(1));
        var told = tables.Tables[0].GetStatistics();
        TestContext.Out.WriteLine($"{told.Rows} rows, {told.Refused} refused, {told.OverflowIds} in the overflow, "
            + $"{tables.MemoryBytes >> 20} MiB accounted, {(Environment.WorkingSet - before) >> 20} MiB of the process");
        Assert.That(told.Rows + told.Refused, Is.EqualTo(ids));
        Assert.That(Environment.WorkingSet - before, Is.LessThan(limit + runtime));
    }

    // One first bucket and one tag, as long as there are few buckets; bits 48 and up are free.
    private static long[] SharingBuckets(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i => KeyUnmixer.Id((ulong)(i & 0x3F) << 48 | 0x1234ul << 32 | (uint)(i >> 6)))];

    // The bits above these choose the map, and then the place.
    private static long[] SharingAPlace(int count) => [.. Enumerable.Range(0, count).Select(i => KeyUnmixer.Id(0x5555ul << 48 | (uint)i))];

    private static void AssertServesOthers(EmbeddingTable table)
    {
        var (ids, values) = (TestTable.Range(1_000_000, Batch), TestTable.Values(Batch, 2, 5));
        Assert.That(table.Assign(ids, values, At.Seconds(1)), Is.EqualTo(Batch));
        Assert.That(TestTable.Read(table, ids), Is.EqualTo(values));
        Assert.That(table.Remove(ids), Is.EqualTo(Batch));
    }

    private static EmbeddingTableSet Create(int stripes, Action<EmbeddingTableOptions>? configure = null, int limit = Limit) =>
        new(new TableSchema([TestTable.Plain(stripes, 2, configure)]), new EmbeddingTableSetOptions { MemoryLimitBytes = limit });
}
