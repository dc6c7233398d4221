using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// The numbers that rows and removals carry come to their end, after thousands of millions of evictions: rows get new ones, no change is
/// lost, and none is saved twice.
/// </summary>
public class NumbersOfChangesTests : LeakChecked
{
    private const int Rows = 2000;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    private uint _time = 1000;

    [Test]
    public async Task Commits_go_on_over_the_end_of_the_numbers([Values(1, 4)] int stripes, [Values(0u, 1u, 2u, 5u)] uint before)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(stripes);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, Rows), new float[2 * Rows], At.Seconds(_time));
        table.Changes.GoOnFrom((1u << 31) - before);
        for (var round = 0; round < 12; round++)
        {
            var ids = TestTable.Range(100 * round, 50);
            table.Assign(ids, TestTable.Values(50, 2, round), At.Seconds(_time += 10));
            table.Remove(100 * round + 60);
            table.Evict();
            table.Assign(ids.AsSpan(0, 10), TestTable.Values(10, 2, round), At.Seconds(_time));
            var commit = await chain.CommitAsync(NoSections);
            if (round == 0) Assert.That((commit.Kind, commit.Rows), Is.EqualTo((SnapshotKind.Full, table.Count)));
            else Assert.That((commit.Kind, commit.Rows), Is.EqualTo((SnapshotKind.Delta, 50L)), $"round {round}: what changed alone");
            Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)), $"round {round}");
        }
        Assert.That(table.Changes.Now, Is.LessThan(100), "the numbers began again");
        Assert.That(table.GetStatistics().Expired, Is.Positive);
    }

    [Test]
    public async Task Rows_get_new_numbers_when_a_commit_that_is_on_its_way_has_arrived([Values] bool isGivenUp)
    {
        var store = new MemorySnapshotStore();
        using var tables = Create(4);
        using var chain = await SnapshotChain.OpenAsync(store, tables);
        var table = tables.Tables[0];
        table.Assign(TestTable.Range(0, Rows), new float[2 * Rows], At.Seconds(_time));
        await chain.CommitAsync(NoSections);
        table.Assign(TestTable.Range(0, 30), TestTable.Values(30, 2, 1), At.Seconds(_time));
        await using (var pending = await chain.CutAsync(NoSections))
        {
            table.Changes.GoOnFrom(uint.MaxValue - 100);
            table.Assign(TestTable.Range(20, 30), TestTable.Values(30, 2, 2), At.Seconds(_time));
            for (var i = 0; i < 50; i++) table.Evict();
            Assert.That(table.Changes.Now, Is.GreaterThan(uint.MaxValue - 100));
            if (!isGivenUp) Assert.That((await pending.WriteAsync()).Rows, Is.EqualTo(30));
        }
        for (var i = 0; i < 50; i++) table.Evict();
        Assert.That(table.Changes.Now, isGivenUp ? Is.GreaterThan(uint.MaxValue - 100) : Is.LessThan(100));
        Assert.That((await chain.CommitAsync(NoSections)).Rows, Is.EqualTo(isGivenUp ? 50 : 30));
        Assert.That(table.Changes.Now, Is.LessThan(100));
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    [Test]
    public async Task Evictions_take_no_numbers_of_cuts()
    {
        using var tables = Create(1);
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        for (var cut = 1ul; cut <= 3; cut++)
        {
            for (var i = 0; i < 1000; i++) tables.Evict();
            Assert.That((await chain.CommitAsync(NoSections)).To, Is.EqualTo(cut));
        }
    }

    [Test]
    public async Task A_chain_whose_cuts_have_numbers_of_more_than_32_bits_goes_on()
    {
        const ulong Last = 1ul << 40;
        var store = new MemorySnapshotStore();
        using (var first = Create(4))
        using (var chain = await SnapshotChain.OpenAsync(store, first, new() { PublishServing = false }))
        {
            first.Tables[0].Assign(TestTable.Range(0, Rows), TestTable.Values(Rows, 2, 5), At.Seconds(_time));
            await chain.CommitAsync(NoSections);
        }
        store = await WithCutAsync(store, Last);
        using var tables = Create(1);
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            tables.Tables[0].Remove(7);
            tables.Tables[0].Assign([8], [1, 2], At.Seconds(_time));
            var commit = await chain.CommitAsync(NoSections);
            Assert.That((commit.From, commit.To, commit.Rows, commit.Tombstones), Is.EqualTo((Last, Last + 1, 1L, 1L)));
        }
        Assert.That(await RestoreAsync(store), Is.EqualTo(SavedState.Of(tables)));
    }

    [Test]
    public void A_row_that_is_written_while_others_are_ranked_stays([Values] bool isShortOfNumbers)
    {
        var (hooks, written) = (new PlugIns(), -1L);
        using var table = TestTable.Create(TestTable.Plain(2, 1, o =>
        {
            o.Expiry = new KeepBestOptions(1, hooks.AtLimit);
            if (isShortOfNumbers) o.RenumberChangesAt = 1;
        }));
        table.Assign(TestTable.Range(0, 100), new float[100], At.Seconds(_time));
        hooks.OnScore = row =>
        {
            if (written < 0)
            {
                // In the other stripe: that of the row is locked while it is ranked.
                var stripe = StripeOf(row.Id);
                written = TestTable.Range(0, 99).First(id => StripeOf(id) != stripe);
                Task.Run(() => table.Assign([written], [7], At.Seconds(_time))).Wait();
            }
            return row.Id == 99 ? 1 : 0;
        };
        Assert.That((table.Evict(), table.Contains(written)), Is.EqualTo((99L, true)));

        static ulong StripeOf(long id) => KeyMixer.Mix((ulong)id) >> 63;
    }

    // The same commit, as if it were a later one of a long life.
    private static async Task<MemorySnapshotStore> WithCutAsync(MemorySnapshotStore store, ulong cut)
    {
        var manifest = (await new SnapshotPublisher(store).ReadAsync(default))!;
        var full = manifest.Newest!;
        byte[] bytes;
        using (var file = await store.OpenAsync(full.Training.Name))
        {
            bytes = new byte[full.Training.Length];
            file.Read(0, bytes);
        }
        var copy = SnapshotCopy.Of(bytes);
        copy.Header = copy.Header with { To = cut };
        var (written, entry) = copy.Write(full.Training.Name);
        var other = new MemorySnapshotStore();
        other.Commit(full.Training.Name, written);
        var changed = new SnapshotManifest(manifest.Chain, manifest.Incarnation, [full with { To = cut, Training = entry }]);
        await other.TryReplaceManifestAsync(changed.ToBytes(), null);
        return other;
    }

    private static async Task<string[]> RestoreAsync(MemorySnapshotStore store)
    {
        using var tables = Create(2);
        await RestoredSnapshot.RestoreAsync(store, (await new SnapshotPublisher(store).ReadAsync(default))!, tables, 2, null, default);
        return SavedState.Of(tables);
    }

    private static EmbeddingTableSet Create(int stripes) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(60)))]),
        new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 26 });
}
