using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Compaction;

/// <summary>Old commits go with their files; what may still be published stays.</summary>
public sealed class SnapshotCleaningTests : LeakChecked
{
    private static readonly SnapshotRetention NewestAlone = new() { Commits = 1, Age = TimeSpan.Zero };

    [Test]
    public async Task Dropped_commits_lose_their_files_and_the_rest_restores()
    {
        var (store, states) = (new MemorySnapshotStore(), new ChainStates());
        Assert.That(await SnapshotCompactor.RetainAsync(store, NewestAlone), Is.Empty);
        Assert.That(await store.ReadManifestAsync(), Is.Null);
        using (var trained = await TrainedChain.OpenAsync(store, 1, states: states))
        {
            for (var i = 0; i < 4; i++)
            {
                trained.Train(30);
                await trained.CommitAsync();
            }
        }
        Assert.That(await SnapshotCompactor.RetainAsync(store, NewestAlone), Is.Empty, "The newest commit needs all before it.");
        await SnapshotCompactor.CompactAsync(store);
        Assert.That(await SnapshotCompactor.RetainAsync(store, NewestAlone), Has.Count.EqualTo(8));
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(2));
        using var restored = await TrainedChain.OpenAsync(store, 0, states: states);
        Assert.That(restored.Chain.Newest!.Number, Is.EqualTo(4));
    }

    [Test]
    public async Task Ages_are_taken_by_the_clock()
    {
        var store = new MemorySnapshotStore();
        using var trained = await TrainedChain.OpenAsync(store, 1);
        await trained.CommitAsync(full: true);
        await trained.CommitAsync(full: true);
        using var time = new ManualTime();
        var retention = new SnapshotRetention { Commits = 1, Age = TimeSpan.FromHours(1) };
        Assert.That(await SnapshotCompactor.RetainAsync(store, retention, time), Is.Empty);
        time.Advance(TimeSpan.FromHours(2));
        Assert.That(await SnapshotCompactor.RetainAsync(store, retention, time), Has.Count.EqualTo(2));
        Assert.That(() => SnapshotCompactor.RetainAsync(store, new() { Commits = 0 }), Throws.TypeOf<OptionsValidationException>());
    }

    [TestCase("000000000001-full-1-1.training", true, Description = "of a trainer that was replaced")]
    [TestCase("000000000009-delta-1-7.serving", true, Description = "of a trainer that was replaced, for a commit to come")]
    [TestCase("000000000003-delta-2-1.training", true, Description = "a commit of this trainer that was tried again and is there")]
    [TestCase("000000000004-delta-2-9.training", false, Description = "the next commit of this trainer")]
    [TestCase("000000000004-full-3-1.training", false, Description = "of a trainer to come: not of this chain")]
    [TestCase("000000000002-compacted-1-0123456789abcdef0123456789abcdef.training", true, Description = "there is a full of commit 2")]
    [TestCase("000000000003-compacted-2-0123456789abcdef0123456789abcdef.serving", false, Description = "commit 3 has none yet")]
    [TestCase("000000000009-compacted-2-0123456789abcdef0123456789abcdef.training", false, Description = "not of this chain")]
    [TestCase("notes.txt", false, Description = "somebody's")]
    [TestCase("1-full-1-1.weights", false, Description = "somebody's")]
    [TestCase("x-full-1-1.training", false, Description = "somebody's")]
    [TestCase("1-full-1-1.training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000001-full-01-1.training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000001-full-1-01.training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000001-full-1-x.training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000001.full.1.1-training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000001-full-1.1.training", false, Description = "not spelt as a trainer's")]
    [TestCase("000000000002-compacted-1-backup.training", false, Description = "not spelt as a compaction's")]
    [TestCase("000000000002-compacted-1-0123456789abcdef-0123456789abcdef.training", false, Description = "not spelt as a compaction's")]
    [TestCase("000000000002-compacted-1-1.training", false, Description = "not spelt as a compaction's")]
    public async Task Only_what_nobody_can_publish_is_deleted(string name, bool isDeleted)
    {
        var store = new MemorySnapshotStore();
        await store.TryReplaceManifestAsync(TestChain.Manifest().ToBytes(), null);
        store.Commit(name, [1]);
        var deleted = await SnapshotCompactor.RetainAsync(store, new() { Commits = 1000 });
        Assert.That(deleted.Select(f => f.Name), Is.EqualTo(isDeleted ? new[] { name } : []));
        Assert.That(await store.ListAsync(), Has.Count.EqualTo(isDeleted ? 0 : 1));
    }

    [Test]
    public async Task A_full_of_a_commit_that_was_dropped_is_deleted()
    {
        var store = new MemorySnapshotStore();
        var manifest = TestChain.Manifest().Retain(NewestAlone, TestChain.Start.AddYears(1));
        Assert.That(manifest.Commits.Select(c => c.Number), Is.EqualTo(new[] { 2ul, 3ul }));
        await store.TryReplaceManifestAsync(manifest.ToBytes(), null);
        store.Commit("000000000001-compacted-1-0123456789abcdef0123456789abcdef.training", [1]);
        Assert.That(await SnapshotCompactor.RetainAsync(store), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_a_trainer_and_a_compaction_are_about_to_publish_survives_a_cleaning()
    {
        var (inner, states) = (new MemorySnapshotStore(), new ChainStates());
        var (store, cleanings) = (new HookedStore(inner), 0);
        store.BeforeReplace = async () =>
        {
            await SnapshotCompactor.RetainAsync(inner, NewestAlone);
            cleanings++;
        };
        using (var trained = await TrainedChain.OpenAsync(store, 1, states: states))
        {
            for (var i = 0; i < 6; i++)
            {
                trained.Train(30);
                await trained.CommitAsync();
                if (i % 2 == 1) await SnapshotCompactor.CompactAsync(store);
            }
        }
        Assert.That(cleanings, Is.GreaterThan(8));
        await SnapshotCompactor.RetainAsync(inner, NewestAlone);
        using var restored = await TrainedChain.OpenAsync(inner, 0, states: states);
        Assert.That((await inner.ListAsync()).Select(f => f.Name), Is.EquivalentTo(restored.Chain.Newest!.Files.Select(f => f.Name)));
    }

    [Test]
    public async Task What_a_dead_trainer_left_goes_when_the_next_one_has_taken_over()
    {
        var store = new MemorySnapshotStore();
        using (var dead = await TrainedChain.OpenAsync(store, 1)) await dead.CommitAsync();
        store.Commit("000000000002-delta-1-2.training", [1]);
        Assert.That(await SnapshotCompactor.RetainAsync(store), Is.Empty, "It may yet publish it.");
        var tables = TrainedChain.Create(1);
        (await SnapshotChain.OpenAsync(store, tables)).Dispose();
        tables.Dispose();
        Assert.That(await SnapshotCompactor.RetainAsync(store), Has.Count.EqualTo(1));
    }
}
