using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// Evictions of many rows, before a cut and while it is written: a snapshot holds what was there at the cut, and the next delta removes
/// what went since.
/// </summary>
public class EvictionWhileSavingTests : LeakChecked
{
    private const int Rows = 6000;
    private const uint TimeToLiveSeconds = 10;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    private uint _time;

    [Test]
    public async Task Commits_around_evictions_restore_what_was_there([Values(1, 4)] int stripes, [Values] bool full)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var (random, before, during) = (new Random(stripes), 0L, 0L);
        for (var round = 0; round < 20; round++)
        {
            Write(tables, random);
            // Many rows at a time.
            before += tables.Tables[0].Evict();
            await using var pending = await chain.CutAsync(NoSections, full);
            var atCut = SavedState.Of(tables);
            Write(tables, random);
            // A row at a time, because the save's cursors are open.
            during += tables.Tables[0].Evict();
            Write(tables, random);
            await pending.WriteAsync();
            Assert.That(await RestoreAsync(store), Is.EqualTo(atCut), $"round {round}");
        }
        await chain.CommitAsync(NoSections);
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
        Assert.That((before, during), Is.GreaterThan((10_000L, 10_000L)));
    }

    // Runs of ids, so that rows near each other are old or changed together, and those that are created last fill the places of some that
    // were not changed.
    private void Write(EmbeddingTableSet tables, Random random)
    {
        var ids = TestTable.Range(random.Next(Rows), Rows / 5);
        tables.Tables[0].Assign(ids, TestTable.Values(ids.Length, 2, random.Next()), At.Seconds(_time += 3));
    }

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store)
    {
        using var tables = Create(2);
        await RestoredSnapshot.RestoreAsync(store, (await new SnapshotPublisher(store).ReadAsync(default))!, tables, 2, null, default);
        return SavedState.Of(tables);
    }

    private static EmbeddingTableSet Create(int stripes) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(TimeToLiveSeconds)))]),
        new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 28 });
}
