using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// More removals between two commits than the log has room for: the delta that is being written is whole, and the next commit is a full.
/// </summary>
public class OutgrownLogTests : LeakChecked
{
    private const int Rows = 4000;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_delta_is_whole_though_its_removals_are_forgotten_while_it_is_written([Values(1, 8)] int stripes)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        Assign(tables, 0);
        await chain.CommitAsync(NoSections);
        tables.Tables[0].Remove(TestTable.Range(0, 100));
        string[] atCut;
        await using (var pending = await chain.CutAsync(NoSections))
        {
            atCut = SavedState.Of(tables);
            for (var i = 0; i < 20; i++)
            {
                tables.Tables[0].Remove(TestTable.Range(0, Rows));
                Assign(tables, i);
            }
            Assert.That((await pending.WriteAsync()).Kind, Is.EqualTo(SnapshotKind.Delta));
        }
        Assert.That(await RestoreAsync(store), Is.EqualTo(atCut));
        Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Full), "the log was outgrown");
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
        tables.Tables[0].Remove(TestTable.Range(0, 10));
        Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Delta), "it started over");
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    private static void Assign(EmbeddingTableSet tables, int seed) =>
        tables.Tables[0].Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, seed), At.Seconds(1));

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store)
    {
        using var tables = Create(4);
        await RestoredSnapshot.RestoreAsync(store, (await new SnapshotPublisher(store).ReadAsync(default))!, tables, 2, null, default);
        return SavedState.Of(tables);
    }

    private static EmbeddingTableSet Create(int stripes) =>
        new(new TableSchema([TestTable.Plain(stripes)]),
            new EmbeddingTableSetOptions { MemoryLimitBytes = EmbeddingTableSetOptions.SmallestMemoryLimitBytes * 4 });
}
