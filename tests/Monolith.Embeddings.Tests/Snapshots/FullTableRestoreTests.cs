using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A table at its limit has room for its rows and no other, however many threads restore it.</summary>
public sealed class FullTableRestoreTests : LeakChecked
{
    private const int Limit = 256;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_delta_of_a_full_table_finds_room_on_many_threads()
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(64);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        Fill(table, 0, Limit);
        await chain.CommitAsync(NoSections);
        // Most rows are there already, and the new ones come at the end of their blocks.
        table.Remove([.. Enumerable.Range(0, 60).Select(id => (long)id)]);
        Fill(table, 60, Limit + 60);
        await chain.CommitAsync(NoSections);
        var manifest = await new SnapshotPublisher(store).ReadAsync(default);
        for (var i = 0; i < 100; i++)
        {
            using var restored = Create(1 << (i % 5));
            await RestoredSnapshot.RestoreAsync(store, manifest!, restored, 8, null, default);
            Assert.That(restored.Count, Is.EqualTo(Limit));
        }
    }

    private static void Fill(EmbeddingTable table, int first, int end)
    {
        long[] ids = [.. Enumerable.Range(first, end - first).Select(id => (long)id)];
        table.Assign(ids, TestTable.Values(ids.Length, table.Dimension, 1), 100);
    }

    private static EmbeddingTableSet Create(int stripes) =>
        new(new TableSchema([TestTable.Plain(stripes, 2, o => o.MaxRows = Limit)]), new EmbeddingTableSetOptions { MemoryLimitBytes = 16 << 20 });
}
