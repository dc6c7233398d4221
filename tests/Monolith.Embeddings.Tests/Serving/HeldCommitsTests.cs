using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Commits that are held back from replicas.</summary>
public class HeldCommitsTests : LeakChecked
{
    [Test]
    public async Task After_any_history_replicas_have_what_was_published_last([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        await using var history = new HeldHistory(seed);
        await history.CommitAsync(isHeld: false);
        await history.JoinAsync();
        var isHeld = false;
        for (var step = 0; step < 60; step++)
        {
            if (random.Next(5) == 0) isHeld = !isHeld;
            var what = random.Next(100);
            if (what < 60) await history.CommitAsync(isHeld, full: what < 3, forgotten: what % 4 == 0 ? 3 : 0, Unserved(random));
            else if (what < 68) await history.FailAsync(isHeld);
            else if (what < 76) await history.FoldAsync();
            else if (what < 86) await history.RetainAsync(keepsOwed: random.Next(3) > 0);
            else if (what < 93) history.Restart();
            else await history.JoinAsync();
            foreach (var replica in history.Replicas)
            {
                if (random.Next(3) > 0) await history.FollowAsync(replica);
            }
        }
        await history.CommitAsync(isHeld: true);
        await history.CommitAsync(isHeld: false);
        foreach (var replica in history.Replicas)
        {
            await history.FollowAsync(replica);
            Assert.That(replica.Version.Tables, Is.Empty);
            history.Trained.AssertEquals(replica);
        }
        Assert.That(history.Openings, Is.Positive);
        Assert.That((await SnapshotInspector.VerifyAsync(history.Store)).Problems, Is.Empty);
    }

    [Test]
    public async Task One_delta_brings_all_that_was_held()
    {
        await using var history = new HeldHistory(1);
        await history.CommitAsync(isHeld: false);
        var follower = await history.JoinAsync();
        var before = follower.Version.EventTime;
        for (var i = 0; i < 5; i++) await history.CommitAsync(isHeld: true);
        await history.FollowAsync(follower);
        Assert.That(follower.Version.EventTime, Is.EqualTo(before), "it serves nothing newer");
        Assert.That((await history.JoinAsync()).Version.EventTime, Is.EqualTo(before));
        Assert.That((follower.Version.Number, follower.Version.PublishedNumber), Is.EqualTo((6ul, 1ul)));
        Assert.That(follower.GetHealth().Description, Does.Contain("that of commit 1"));
        var opening = await history.CommitAsync(isHeld: false);
        Assert.That((opening.Kind, opening.IsHeld), Is.EqualTo((SnapshotKind.Delta, false)));
        Assert.That(opening.ServedTables, Is.EquivalentTo(new[]
        {
            new ServedTable { Name = "users", From = 1, To = 7 }, new ServedTable { Name = "items", From = 1, To = 7 },
        }));
        Assert.That(await follower.ApplyAsync(await history.Trained.DeltaAsync(opening)), Is.EqualTo(DeltaOutcome.Applied));
        await history.AssertAsync(follower);
    }

    [Test]
    public async Task The_files_of_a_held_commit_have_nothing_for_replicas_but_what_is_forgotten()
    {
        await using var history = new HeldHistory(2);
        await history.CommitAsync(isHeld: false);
        var held = await history.CommitAsync(isHeld: true, full: false, forgotten: 4);
        using var serving = await SnapshotContents.OpenAsync(history.Store, history.Trained.Chain.Id, held, isServing: true, default);
        Assert.That(serving.NamedSections, Is.Empty, "no dense weights");
        foreach (var table in serving.Tables) Assert.That((table.Rows, table.Removed), Is.EqualTo((0L, 4L)));
        var full = await history.CommitAsync(isHeld: true, full: true);
        Assert.That((full.Kind, full.Serving), Is.EqualTo((SnapshotKind.Full, (SnapshotFileEntry?)null)));
    }

    [Test]
    public async Task A_full_among_them_makes_the_commit_that_opens_a_full_and_training_goes_on_from_each([Values] bool restarts)
    {
        await using var history = new HeldHistory(3);
        await history.CommitAsync(isHeld: false);
        var follower = await history.JoinAsync();
        await history.CommitAsync(isHeld: true, full: true);
        await history.CommitAsync(isHeld: true);
        await history.FoldAsync();
        await history.RetainAsync(keepsOwed: false);
        await history.FollowAsync(follower);
        await history.FollowAsync(await history.JoinAsync());
        var before = HeldHistory.Names.Select(history.Trained.StateOf).ToList();
        if (restarts) history.Restart();
        Assert.That(HeldHistory.Names.Select(history.Trained.StateOf), Is.EqualTo(before));
        Assert.That((await history.CommitAsync(isHeld: false)).Kind, Is.EqualTo(SnapshotKind.Full));
        foreach (var replica in history.Replicas) await history.FollowAsync(replica);
        Assert.That(follower.Version.Tables, Is.Empty);
    }

    [Test]
    public async Task Where_all_are_held_there_is_no_commit_for_replicas()
    {
        await using var history = new HeldHistory(4);
        await history.CommitAsync(isHeld: true);
        await history.CommitAsync(isHeld: true);
        Assert.That(() => history.JoinAsync(), Throws.TypeOf<SnapshotException>().With.Message.Contains("held back"));
        ModelReplicaOptions options = new() { Startup = ReplicaStartup.OpenNotReady, PollEvery = Timeout.InfiniteTimeSpan };
        await using var early = await ModelReplica.OpenAsync(history.Store, history.Trained.CreateModel(), options);
        Assert.That((await early.CatchUpAsync(), early.IsReady), Is.EqualTo((false, false)));
        history.Restart();
        Assert.That((await history.CommitAsync(isHeld: false)).Kind, Is.EqualTo(SnapshotKind.Full));
        await early.CatchUpAsync();
        await history.AssertAsync(early);
    }

    [Test]
    public async Task A_back_up_of_a_held_commit_holds_what_was_published_too([Values] bool isFull)
    {
        await using var history = new HeldHistory(5);
        await history.CommitAsync(isHeld: false);
        var expected = HeldHistory.Names.Select(history.Trained.StateOf).ToList();
        await history.CommitAsync(isHeld: true, full: isFull);
        await history.CommitAsync(isHeld: true);
        var (backups, copy) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await SnapshotBackup.CreateAsync(history.Store, backups);
        await SnapshotBackup.RestoreAsync(backups, copy);
        await using var replica = await history.Trained.OpenAsync(store: copy);
        Assert.That(HeldHistory.Names.Select(name => TrainedModel.StateOf(replica, name)), Is.EqualTo(expected));
        using var trained = new TrainedModel(copy, 9);
        Assert.That(HeldHistory.Names.Select(trained.StateOf), Is.EqualTo(HeldHistory.Names.Select(history.Trained.StateOf)));
    }

    [Test]
    public async Task A_replica_may_be_pinned_to_a_held_commit_and_has_what_was_published()
    {
        await using var history = new HeldHistory(6);
        await history.CommitAsync(isHeld: false);
        var expected = HeldHistory.Names.Select(history.Trained.StateOf).ToList();
        var replica = await history.JoinAsync();
        await history.CommitAsync(isHeld: true);
        await history.CommitAsync(isHeld: false);
        await history.FollowAsync(replica);
        await replica.PinAsync(2);
        Assert.That((replica.Version.Number, replica.Version.PublishedNumber), Is.EqualTo((2ul, 1ul)));
        Assert.That(HeldHistory.Names.Select(name => TrainedModel.StateOf(replica, name)), Is.EqualTo(expected));
        await replica.UnpinAsync();
        await history.AssertAsync(replica);
    }

    [Test]
    public void Where_replicas_read_the_files_for_training_nothing_can_be_held()
    {
        using var trained = new TrainedModel(publishServing: false);
        Assert.That(
            async () => await trained.CutAsync(false, true, [], []), Throws.ArgumentException.With.Message.Contains("PublishServing"));
    }

    [Test]
    public void Removals_of_a_table_that_is_not_there_are_refused()
    {
        using var trained = new TrainedModel();
        var contents = new SnapshotCommitContents
        {
            ServedRemovals = new Dictionary<string, IReadOnlyCollection<long>> { ["other"] = [1] },
        };
        Assert.That(async () => await trained.Chain.CutAsync(contents), Throws.ArgumentException.With.Message.Contains("'other'"));
    }

    private static string[] Unserved(Random random) =>
        [.. HeldHistory.Names.Where((_, i) => random.Next(4) < (i == 0 ? 1 : 2))];
}
