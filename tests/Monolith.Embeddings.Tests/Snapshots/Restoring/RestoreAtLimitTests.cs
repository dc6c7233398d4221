using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Restoring;

/// <summary>A table that is full to its last row comes back on many threads, none of which takes room that another one needs.</summary>
public class RestoreAtLimitTests : LeakChecked
{
    private const int Rows = 6000, Threads = 8;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_full_table_is_restored_with_deltas_that_write_its_rows_anew()
    {
        var store = new MemorySnapshotStore();
        using (var tables = Create(64))
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
            tables.Tables[0].Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), At.Seconds(1));
            await chain.CommitAsync(NoSections);
            // Half of the rows make room for others, all others are written.
            tables.Tables[0].Remove(TestTable.Range(0, Rows / 2));
            tables.Tables[0].Assign(TestTable.Range(Rows / 2, Rows), TestTable.Values(Rows, 2, 2), At.Seconds(2));
            await chain.CommitAsync(NoSections);
        }
        for (var i = 0; i < 30; i++)
        {
            using var restored = Create(64);
            using var chain = await SnapshotChain.OpenAsync(store, restored, new() { RestoreThreads = Threads });
            Assert.That(restored.Count, Is.EqualTo(Rows));
        }
    }

    [Test]
    public async Task A_table_that_grew_by_what_another_lost_is_restored_under_their_common_limit()
    {
        var store = new MemorySnapshotStore();
        long[] counts;
        using (var tables = CreateTwo())
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            var (grows, shrinks) = (tables.Tables[0], tables.Tables[1]);
            grows.Assign(TestTable.Range(0, 100), new float[200], At.Seconds(1));
            Assert.That(shrinks.Assign(TestTable.Range(0, 200_000), new float[400_000], At.Seconds(1)), Is.InRange(1000, 199_999),
                "the limit is reached");
            await chain.CommitAsync(NoSections);
            Assert.That(shrinks.Remove(TestTable.Range(0, 500)), Is.GreaterThan(0));
            Assert.That(grows.Assign(TestTable.Range(1000, 500), new float[1000], At.Seconds(2)), Is.GreaterThan(0));
            await chain.CommitAsync(NoSections);
            counts = [grows.Count, shrinks.Count];
        }
        using EmbeddingTableSet restored = CreateTwo(), started = CreateTwo();
        using (await SnapshotChain.OpenAsync(store, restored)) Assert.That(restored.Tables.Select(t => t.Count), Is.EqualTo(counts));
        await WarmStart.LoadAsync(store, started);
        Assert.That(started.Tables.Select(t => t.Count), Is.EqualTo(counts));
    }

    [Test]
    public async Task More_rows_than_the_table_may_have_are_refused_and_leave_it_empty()
    {
        var store = new MemorySnapshotStore();
        using (var tables = Create(4))
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables);
            tables.Tables[0].Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 1), At.Seconds(1));
            await chain.CommitAsync(NoSections);
        }
        using var small = Create(4, Rows - 1);
        var refusal = Assert.ThrowsAsync<InsufficientMemoryException>(() => SnapshotChain.OpenAsync(store, small));
        Assert.That(refusal!.Message, Does.Contain($"{Rows - 1}"));
        Assert.That(small.Count, Is.Zero);
        Assert.That(small.Tables[0].Assign(TestTable.Range(0, Rows - 1), TestTable.Values(Rows - 1, 2, 1), At.Seconds(1)),
            Is.EqualTo(Rows - 1), "its room is free");
    }

    private static EmbeddingTableSet CreateTwo() => new(
        new TableSchema([TestTable.Plain(configure: o => o.Name = "grows"), TestTable.Plain(configure: o => o.Name = "shrinks")]),
        new EmbeddingTableSetOptions { MemoryLimitBytes = 8 << 20 });

    private static EmbeddingTableSet Create(int stripes, int rows = Rows) =>
        new(new TableSchema([TestTable.Plain(stripes, configure: o => o.MaxRows = rows)]),
            new EmbeddingTableSetOptions { MemoryLimitBytes = 256 << 20 });
}
