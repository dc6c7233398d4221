using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>Chains that end too early, stores that answer oddly, and rows that are longer than a block.</summary>
public class ChainLifetimeTests : LeakChecked
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_disposed_chain_saves_nothing_and_follows_nothing()
    {
        using var tables = Create();
        var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        await chain.CommitAsync(NoSections);
        tables.Tables[0].Assign([1], [1, 1], At.Seconds(1));
        await using (var pending = await chain.CutAsync(NoSections))
        {
            chain.Dispose();
            Assert.ThrowsAsync<ObjectDisposedException>(() => pending.WriteAsync());
        }
        Assert.ThrowsAsync<ObjectDisposedException>(() => chain.CommitAsync(NoSections));
        tables.Tables[0].Remove([1]);
        Assert.That(tables.Tables[0].GetStatistics().Bytes.RemovalLog, Is.Zero);
        using var next = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        await next.CommitAsync(NoSections);
    }

    [Test]
    public async Task Tables_that_another_chain_saves_are_refused_before_the_store_is_taken_over()
    {
        var store = new MemorySnapshotStore();
        using var tables = Create();
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        Assert.ThrowsAsync<InvalidOperationException>(() => SnapshotChain.OpenAsync(store, tables));
        await chain.CommitAsync(NoSections);
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Incarnation, Is.EqualTo(1));
    }

    [Test]
    public async Task A_store_that_says_its_own_replacement_was_lost_to_another_loses_no_files()
    {
        var store = new FaultyStore();
        using var tables = Create();
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            tables.Tables[0].Assign([1], [1, 1], At.Seconds(1));
            await chain.CommitAsync(NoSections);
            store.DeniesReplacements = true;
            tables.Tables[0].Assign([2], [2, 2], At.Seconds(1));
            Assert.That((await chain.CommitAsync(NoSections)).Number, Is.EqualTo(2));
            Assert.That((await SnapshotCompactor.CompactAsync(store))!.Kind, Is.EqualTo(SnapshotKind.Full));
            store.DeniesReplacements = false;
        }
        using var restored = Create();
        using var again = await SnapshotChain.OpenAsync(store, restored);
        Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
    }

    [Test]
    public async Task Rows_longer_than_a_block_are_saved_as_well()
    {
        var store = new MemorySnapshotStore();
        using var tables = CreateLong();
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            tables.Tables[0].Assign(TestTable.Range(0, 20), TestTable.Values(20, tables.Tables[0].Dimension, 1), At.Seconds(1));
            await chain.CommitAsync(NoSections);
            await using var pending = await chain.CutAsync(NoSections, full: true);
            var atCut = SavedState.Of(tables);
            tables.Tables[0].Assign(TestTable.Range(10, 20), TestTable.Values(20, tables.Tables[0].Dimension, 2), At.Seconds(1));
            await pending.WriteAsync();
            using var restored = CreateLong();
            await RestoredSnapshot.RestoreAsync(
                store, (await new SnapshotPublisher(store).ReadAsync(default))!, restored, 2, null, default);
            Assert.That(SavedState.Of(restored), Is.EqualTo(atCut));
        }
    }

    private static EmbeddingTableSet Create() =>
        new(new TableSchema([TestTable.Plain(4)]), new EmbeddingTableSetOptions { MemoryLimitBytes = 64 << 20 });

    // 1,024 stripes leave blocks of 16 KiB; a row takes 48.
    private static EmbeddingTableSet CreateLong()
    {
        var options = TestTable.Plain(1024, 4096, o => o.Segments[0].Optimizer = new AdamOptions());
        return new EmbeddingTableSet(new TableSchema([options]), new EmbeddingTableSetOptions { MemoryLimitBytes = 4L << 30 });
    }
}
