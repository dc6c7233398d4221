using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// The replacement of the manifest fails, and whether it happened shows later; or another trainer has taken the store over.
/// </summary>
public sealed class UncertainCommitTests : LeakChecked
{
    private readonly ChainStates _states = new();

    [Test]
    public async Task A_commit_that_failed_and_is_there_is_gone_on_from([Values] bool isCompacted)
    {
        var inner = new MemorySnapshotStore();
        var store = new HookedStore(inner);
        using (var trained = await OpenAsync(store))
        {
            await trained.CommitAsync();
            trained.Train(20);
            store.AfterReplace = Fail;
            Assert.That(() => trained.CommitAsync(), Throws.TypeOf<SnapshotException>());
            Assert.That(trained.Chain.Newest!.Number, Is.EqualTo(1));
            store.AfterReplace = null;
            if (isCompacted)
            {
                // Its own file is then gone from the manifest.
                await SnapshotCompactor.CompactAsync(inner);
                await SnapshotCompactor.RetainAsync(inner, new() { Commits = 1, Age = TimeSpan.Zero });
            }
            trained.Train(20);
            var next = await trained.CommitAsync();
            Assert.That((next.Number, next.Kind), Is.EqualTo((3ul, SnapshotKind.Delta)));
        }
        await AssertRestoresAsync(inner, 3);
    }

    [Test]
    public async Task A_commit_that_failed_and_is_not_there_is_made_again()
    {
        var inner = new MemorySnapshotStore();
        var store = new HookedStore(inner);
        using (var trained = await OpenAsync(store))
        {
            await trained.CommitAsync();
            trained.Train(20);
            store.BeforeReplace = Fail;
            Assert.That(() => trained.CommitAsync(), Throws.TypeOf<SnapshotException>());
            store.BeforeReplace = null;
            trained.Train(20);
            var next = await trained.CommitAsync();
            Assert.That((next.Number, next.Kind), Is.EqualTo((2ul, SnapshotKind.Delta)));
            Assert.That(await inner.ListAsync(), Has.Count.EqualTo(6));
            Assert.That(await SnapshotCompactor.RetainAsync(inner), Has.Count.EqualTo(2), "What was not published goes.");
        }
        await AssertRestoresAsync(inner, 2);
    }

    [Test]
    public async Task A_compaction_that_failed_is_there_or_is_made_again([Values] bool isThere)
    {
        var inner = new MemorySnapshotStore();
        var store = new HookedStore(inner);
        using (var trained = await OpenAsync(store))
        {
            await trained.CommitAsync();
            trained.Train(20);
            await trained.CommitAsync();
        }
        if (isThere) store.AfterReplace = Fail;
        else store.BeforeReplace = Fail;
        Assert.That(() => SnapshotCompactor.CompactAsync(store), Throws.TypeOf<SnapshotException>());
        var full = await SnapshotCompactor.CompactAsync(inner);
        await SnapshotCompactor.RetainAsync(inner, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That((await inner.ListAsync()).Select(f => f.Name), Is.EquivalentTo(full!.Files.Select(f => f.Name)));
        await AssertRestoresAsync(inner, 2);
    }

    [Test]
    public async Task A_store_that_cannot_be_taken_over_leaves_the_tables_empty([Values] bool isTaken)
    {
        var inner = new MemorySnapshotStore();
        using (var trained = await OpenAsync(inner))
        {
            trained.Train(20);
            await trained.CommitAsync();
        }
        var store = new HookedStore(inner);
        if (isTaken) store.AfterReplace = Fail;
        else store.BeforeReplace = Fail;
        using var tables = TrainedChain.Create(2);
        Assert.That(() => SnapshotChain.OpenAsync(store, tables), Throws.TypeOf<SnapshotException>());
        Assert.That(tables.Count, Is.Zero);
        using var chain = await SnapshotChain.OpenAsync(inner, tables);
        _states.AssertRestored(chain, tables);
    }

    [Test]
    public async Task An_old_trainer_that_wakes_up_publishes_nothing()
    {
        var store = new MemorySnapshotStore();
        using var old = await OpenAsync(store);
        await old.CommitAsync();
        old.Train(20);
        var pending = await old.Chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        using (var next = await OpenAsync(store))
        {
            next.Train(20);
            await next.CommitAsync();
        }
        var files = await store.ListAsync();
        await using (pending)
        {
            Assert.That(
                () => pending.WriteAsync(), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused));
        }
        old.Train(20);
        Assert.That(() => old.CommitAsync(), Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Refused));
        Assert.That(await store.ListAsync(), Is.EqualTo(files), "It takes its files with it.");
        await AssertRestoresAsync(store, 2);
    }

    private static Task Fail() => throw new SnapshotException(SnapshotFault.Storage, "manifest.json", "to be flushed", "a failure.");

    private Task<TrainedChain> OpenAsync(SnapshotStore store) => TrainedChain.OpenAsync(store, 1, states: _states);

    private async Task AssertRestoresAsync(SnapshotStore store, ulong number)
    {
        using var restored = await TrainedChain.OpenAsync(store, 0, 1, _states);
        Assert.That(restored.Chain.Newest!.Number, Is.EqualTo(number));
    }
}
