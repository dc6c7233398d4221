using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// A store that is set back to a copy and trained on has other commits of the same numbers. Replicas, trainers and folds keep the two
/// histories apart.
/// </summary>
public class SetBackTests : LeakChecked
{
    // The replica is at commit 5 of the history that was given up.
    [TestCase(4, Description = "fewer commits than the replica has seen")]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(9)]
    public async Task A_replica_that_was_ahead_takes_the_new_history(int newest)
    {
        using var story = await Story.BeginAsync();
        await using var replica = await story.First.OpenAsync(store: story.Store);
        Assert.That(replica.Version.Number, Is.EqualTo(5));
        story.SetBack();
        while ((await story.Second.CommitAsync()).Number < (ulong)newest) story.Second.Train();
        Assert.That(await replica.CatchUpAsync(), Is.True);
        story.Second.AssertEquals(replica);
        await story.CommitAsync(story.Second);
        Assert.That(await replica.CatchUpAsync(), Is.True);
        story.Second.AssertEquals(replica);
    }

    [Test]
    public async Task A_pin_takes_the_commit_of_the_new_history()
    {
        using var story = await Story.BeginAsync();
        await using var replica = await story.First.OpenAsync(store: story.Store);
        story.SetBack();
        for (var newest = 0UL; newest < 5;) newest = (await story.CommitAsync(story.Second)).Number;
        Assert.That(await replica.PinAsync(5), Is.True);
        story.Second.AssertEquals(replica);
    }

    [Test]
    public async Task A_replica_that_was_at_the_copy_follows_the_new_history_by_deltas()
    {
        using var story = await Story.BeginAsync();
        var replicaStore = new SwitchedStore(story.Backup);
        await using var replica = await story.First.OpenAsync(store: replicaStore);
        Assert.That(replica.Version.Number, Is.EqualTo(3));
        story.SetBack();
        replicaStore.Inner = story.Store.Inner;
        await story.CommitAsync(story.Second);
        Assert.That(await replica.CatchUpAsync(), Is.True);
        story.Second.AssertEquals(replica);
    }

    [Test]
    public async Task A_delta_of_the_other_history_is_refused_and_made_good_from_the_store()
    {
        using var story = await Story.BeginAsync();
        await using var replica = await story.First.OpenAsync(store: story.Store);
        story.SetBack();
        var (same, next) = (default(SnapshotCommit)!, default(SnapshotCommit)!);
        while (next is null || next.Number < 6) (same, next) = (next!, await story.CommitAsync(story.Second));
        foreach (var commit in new[] { same, next })
        {
            var delta = await story.Second.DeltaAsync(commit);
            var refused = Assert.ThrowsAsync<SnapshotException>(() => replica.ApplyAsync(delta))!;
            Assert.That((refused.Fault, refused.Message.Contains("set back")), Is.EqualTo((SnapshotFault.Mismatch, true)));
        }
        await replica.FollowAsync(Once(await story.Second.DeltaAsync(next)));
        story.Second.AssertEquals(replica);
    }

    [Test]
    public async Task A_store_that_was_set_back_and_not_trained_on_is_waited_for()
    {
        using var story = await Story.BeginAsync();
        await using var replica = await story.First.OpenAsync(store: story.Store);
        story.Store.Inner = story.Backup;
        Assert.That(() => replica.CatchUpAsync(),
            Throws.InstanceOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Mismatch));
        story.First.AssertEquals(replica);
    }

    [Test]
    public async Task The_trainer_of_the_history_that_was_given_up_is_refused()
    {
        // Both hold incarnation 2 and go on from commit 3: only their identities differ.
        using var story = await Story.BeginAsync();
        var store = new SwitchedStore(story.Backup);
        var copy = await CopyOfStore.OfAsync(story.Backup);
        using var old = Trained(store, story);
        store.Inner = copy;
        using var young = Trained(store, story);
        Assert.That((old.Chain.Incarnation, young.Chain.Incarnation, old.Chain.Newest), Is.EqualTo((2ul, 2ul, young.Chain.Newest)));
        old.Train();
        var refused = Assert.ThrowsAsync<SnapshotException>(() => old.CommitAsync())!;
        Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Refused));
        Assert.That(refused.Message, Does.Contain("another trainer has taken it over"));
        young.Train();
        Assert.That((await young.CommitAsync()).Number, Is.EqualTo(4));
        await using var replica = await young.OpenAsync();
        young.AssertEquals(replica);
    }

    [Test]
    public async Task A_fold_that_was_under_way_when_the_store_was_set_back_is_done_again()
    {
        using var story = await Story.BeginAsync();
        story.Store.BeforeReplace = async () =>
        {
            story.SetBack();
            while ((await story.CommitAsync(story.Second)).Number < 7) story.Second.Train();
        };
        var full = await SnapshotCompactor.CompactAsync(story.Store);
        Assert.That((full!.Number, full.Id), Is.EqualTo((7ul, story.Second.Chain.Newest!.Id)));
        await using var replica = await story.Second.OpenAsync();
        story.Second.AssertEquals(replica);
    }

    // A trainer whose name for a file is still there, from the history that was given up: only the manifest was set back.
    [Test]
    public async Task Files_of_the_history_that_was_given_up_hinder_no_later_ones()
    {
        using var story = await Story.BeginAsync();
        using var old = Trained(story.Store, story);
        for (var i = 0; i < 3; i++) await story.CommitAsync(old);
        var manifest = await story.Backup.ReadManifestAsync();
        var token = (await story.Store.ReadManifestAsync())!.Token;
        await story.Store.TryReplaceManifestAsync(manifest!.Bytes, token);
        using var young = Trained(story.Store, story);
        Assert.That((young.Chain.Incarnation, young.Chain.Newest!.Number), Is.EqualTo((2ul, 3ul)));
        for (var i = 0; i < 4; i++) await story.CommitAsync(young);
        await using var replica = await young.OpenAsync();
        young.AssertEquals(replica);
        await SnapshotCompactor.CompactAsync(story.Store);
        await SnapshotCompactor.RetainAsync(story.Store, new() { Commits = 1, Age = TimeSpan.Zero });
        Assert.That((await SnapshotInspector.VerifyAsync(story.Store)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_store_of_the_version_before_goes_on_and_its_replicas_too()
    {
        using var story = await Story.BeginAsync();
        var old = await AsVersion1Async(story.Store.Inner);
        var store = new SwitchedStore(old);
        await using var replica = await story.First.OpenAsync(store: store);
        story.First.AssertEquals(replica);
        using var next = Trained(store, story);
        for (var i = 0; i < 2; i++)
        {
            await story.CommitAsync(next);
            Assert.That(await replica.CatchUpAsync(), Is.True);
            next.AssertEquals(replica);
        }
        var manifest = await next.ManifestAsync();
        Assert.That(manifest.Commits.Select(c => c.Id != Guid.Empty), Is.EqualTo(manifest.Commits.Select(c => c.Number > 5)));
        await SnapshotCompactor.CompactAsync(store);
        Assert.That(await replica.CatchUpAsync(), Is.False);
        await using var fresh = await next.OpenAsync();
        next.AssertEquals(fresh);
    }

    [Test]
    public async Task A_fold_of_a_store_of_the_version_before_is_written_as_it_was()
    {
        using var story = await Story.BeginAsync();
        var old = await AsVersion1Async(story.Store.Inner);
        await SnapshotCompactor.CompactAsync(old);
        var manifest = SnapshotManifest.Parse((await old.ReadManifestAsync())!.Bytes.Span);
        Assert.That((manifest.Newest!.Kind, manifest.Newest.Id, manifest.Trainer), Is.EqualTo((SnapshotKind.Full, Guid.Empty, Guid.Empty)));
        await using var replica = await story.First.OpenAsync(store: old);
        story.First.AssertEquals(replica);
    }

    private static async Task<MemorySnapshotStore> AsVersion1Async(SnapshotStore store)
    {
        var copy = await CopyOfStore.OfAsync(store);
        var found = (await copy.ReadManifestAsync())!;
        var manifest = SnapshotManifest.Parse(found.Bytes.Span);
        var commits = manifest.Commits.Select(c => c with { Id = default, Parent = default, Trainer = default }).ToArray();
        var plain = new SnapshotManifest(manifest.Chain, manifest.Incarnation, commits);
        await copy.TryReplaceManifestAsync(plain.ToBytes(), found.Token);
        return copy;
    }

    private static TrainedModel Trained(SnapshotStore store, Story story) => new(store, seed: 77, time: story.Time);

    private static async IAsyncEnumerable<DeltaSnapshot> Once(DeltaSnapshot delta)
    {
        await Task.Yield();
        yield return delta;
    }

    /// <summary>Five commits, a copy after the third, and a second trainer that begins at the copy.</summary>
    private sealed class Story : IDisposable
    {
        private Story(ManualTime time, SwitchedStore store, TrainedModel first) => (Time, Store, First) = (time, store, first);

        public ManualTime Time { get; }

        public SwitchedStore Store { get; }

        public TrainedModel First { get; }

        public MemorySnapshotStore Backup { get; private set; } = null!;

        public TrainedModel Second { get; private set; } = null!;

        public static async Task<Story> BeginAsync()
        {
            var (time, store) = (new ManualTime(), new SwitchedStore(new MemorySnapshotStore()));
            var story = new Story(time, store, new TrainedModel(store, time: time));
            for (var i = 0; i < 3; i++) await story.CommitAsync(story.First);
            story.Backup = await CopyOfStore.OfAsync(store);
            for (var i = 0; i < 2; i++) await story.CommitAsync(story.First);
            return story;
        }

        public async Task<SnapshotCommit> CommitAsync(TrainedModel trained)
        {
            for (var i = 0; i < 3; i++) trained.Train();
            return await trained.CommitAsync();
        }

        public void SetBack()
        {
            Store.Inner = Backup;
            Second = new TrainedModel(Store, seed: 99, time: Time);
            Second.Train();
        }

        public void Dispose()
        {
            Second?.Dispose();
            First.Dispose();
            Time.Dispose();
        }
    }
}
