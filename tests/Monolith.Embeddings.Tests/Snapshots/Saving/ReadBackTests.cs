using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// What cannot be read back is not published: the store stays at the commit before, and the next commit holds everything.
/// </summary>
public class ReadBackTests : LeakChecked
{
    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task A_commit_whose_header_or_directory_comes_back_changed_is_not_published([Values] bool header, [Values] bool serving)
    {
        var store = new TamperingStore();
        using var tables = Create();
        using var chain = await SnapshotChain.OpenAsync(store, tables, new() { PublishServing = true });
        store.Tamper = (name, bytes) =>
        {
            // The training file must be read for the serving file to be made of it: then only this is left.
            if (name.EndsWith(serving ? "serving" : "training", StringComparison.Ordinal)) bytes[header ? 20 : ^70] ^= 1;
        };
        Assert.That(() => chain.CommitAsync(NoSections), Throws.TypeOf<SnapshotException>());
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Newest, Is.Null);
        Assert.That(await store.ListAsync(), Is.Empty, "what was not published is deleted");
        store.Tamper = null;
        Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Full));
        await AssertComesBackAsync(store, tables);
    }

    [Test]
    public async Task A_full_snapshot_is_restored_before_it_is_published_if_asked([Values] bool asked)
    {
        var store = new TamperingStore();
        using var tables = Create();
        using var chain = await SnapshotChain.OpenAsync(store, tables, new() { PublishServing = false, RestoreBeforePublishing = asked });
        // In the middle of a block of rows, which only its own checksum tells.
        store.Tamper = (_, bytes) => bytes[TestSnapshot.Parts(bytes)[1].Start + 40] ^= 4;
        Func<Task> commit = () => chain.CommitAsync(NoSections);
        Assert.That(commit, asked ? Throws.TypeOf<SnapshotException>() : Throws.Nothing);
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Commits, Has.Count.EqualTo(asked ? 0 : 1));
        if (!asked) return;
        store.Tamper = null;
        Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Full));
        tables.Tables[0].Remove([1]);
        Assert.That((await chain.CommitAsync(NoSections)).Kind, Is.EqualTo(SnapshotKind.Delta), "deltas are not restored");
        await AssertComesBackAsync(store, tables);
    }

    [Test]
    public async Task A_fold_whose_header_comes_back_changed_is_not_published()
    {
        var store = new TamperingStore();
        using var tables = Create();
        using var chain = await SnapshotChain.OpenAsync(store, tables, new() { PublishServing = false });
        await chain.CommitAsync(NoSections);
        tables.Tables[0].Remove([1]);
        await chain.CommitAsync(NoSections);
        store.Tamper = (name, bytes) => bytes[20] ^= (byte)(name.Contains("compacted", StringComparison.Ordinal) ? 1 : 0);
        Assert.That(() => SnapshotCompactor.CompactAsync(store), Throws.TypeOf<SnapshotException>());
        store.Tamper = null;
        Assert.That((await new SnapshotPublisher(store).ReadAsync(default))!.Commits, Has.Count.EqualTo(2));
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(2));
        await AssertComesBackAsync(store, tables);
    }

    private static EmbeddingTableSet Create(bool filled = true)
    {
        var tables = new EmbeddingTableSet(new TableSchema([TestTable.Plain(1)]), new() { MemoryLimitBytes = 16 << 20 });
        if (filled) tables.Tables[0].Assign(TestTable.Range(0, 50), TestTable.Values(50, 2, 1), At.Seconds(1));
        return tables;
    }

    private static async Task AssertComesBackAsync(SnapshotStore store, EmbeddingTableSet tables)
    {
        using var restored = Create(filled: false);
        using var next = await SnapshotChain.OpenAsync(store, restored);
        Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));
    }
}
