using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A stream falls silent: what was learned is committed nevertheless, and each event is learned exactly once.</summary>
public class QuietStreamTests : LeakChecked
{
    [Test]
    public async Task A_burst_is_committed_though_no_event_follows([Values(0, 2)] int ahead)
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time, o => o.ReadAheadBatches = ahead);
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        Assert.That(under.Trainer.NewestCommit, Is.Null, "no time has passed");
        await under.PassUntilAsync(() => under.Trainer.NewestCommit is not null);
        var committed = await CopyOfStore.OfAsync(store);
        await AssertGoesOnAsync(committed, time, from: 20, to: 33);
        await under.StopAsync();
    }

    [Test]
    public async Task Each_burst_is_committed_and_silence_never()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time);
        under.Start();
        for (var burst = 1; burst <= 3; burst++)
        {
            under.Log.Grow(10);
            await under.LearnedAsync(10 * burst);
            await under.PassUntilAsync(() => CommittedRows(store) == 10 * burst);
            var newest = under.Trainer.NewestCommit;
            for (var i = 0; i < 50; i++)
            {
                time.Advance(QuietTrainer.Every);
                await Task.Yield();
            }
            Assert.That(under.Trainer.NewestCommit, Is.EqualTo(newest));
        }
        var last = under.Trainer.NewestCommit;
        await under.StopAsync();
        Assert.That(under.Trainer.NewestCommit, Is.EqualTo(last), "none at the end");
    }

    [Test]
    public async Task A_part_of_a_batch_that_waits_when_the_run_is_stopped_is_read_again()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using (var under = new QuietTrainer(store, time))
        {
            under.Log.Grow(13);
            under.Start();
            await under.LearnedAsync(10);
            await under.StopAsync();
            Assert.That(LogPosition.From(under.Trainer.Position).Offset, Is.EqualTo(10));
            Assert.That(under.Log.Readers, Is.Zero);
        }
        await AssertGoesOnAsync(store, time, from: 10, to: 33);
    }

    [Test]
    public async Task A_part_of_a_batch_whose_delay_is_over_is_learned_and_committed()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using (var under = new QuietTrainer(store, time, maxDelay: TimeSpan.FromSeconds(1)))
        {
            under.Log.Grow(13);
            under.Start();
            await under.PassUntilAsync(() => under.Trainer.Examples == 13);
            await under.PassUntilAsync(() => under.Trainer.NewestCommit is { } newest && newest.Rows >= 13);
            await AssertGoesOnAsync(await CopyOfStore.OfAsync(store), time, from: 13, to: 33);
            await under.StopAsync();
        }
    }

    [Test]
    public async Task A_commit_that_failed_is_tried_again_though_no_event_follows()
    {
        using var time = new ManualTime();
        var store = new FaultyStore { IsFull = true };
        await using var under = new QuietTrainer(store, time);
        under.Log.Grow(10);
        under.Start();
        await under.LearnedAsync(10);
        await under.PassUntilAsync(() => under.Trainer.FailedCommitsInARow == 5);
        Assert.That(under.Trainer.LastCommitFailureKind, Is.EqualTo(CommitFailureKind.Unreachable));
        store.IsFull = false;
        await under.PassUntilAsync(() => under.Trainer.NewestCommit is not null);
        await under.PassUntilAsync(() => under.Trainer.FailedCommitsInARow == 0);
        Assert.That((under.Trainer.LastCommitFailure, under.Trainer.LastCommitFailureKind), Is.EqualTo(((object?)null, (object?)null)));
        await under.StopAsync();
    }

    [Test]
    public async Task A_trainer_that_was_replaced_while_it_waits_ends_and_reads_no_more([Values(0, 2)] int ahead)
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time, o => o.ReadAheadBatches = ahead);
        under.Log.Grow(10);
        under.Start();
        await under.LearnedAsync(10);
        await using (var other = new QuietTrainer(store, time))
        {
            other.Start();
            await other.EndAsync();
        }
        await under.PassUntilAsync(() => false);
        var failure = Assert.ThrowsAsync<SnapshotException>(() => under.Run);
        Assert.That((failure!.IsReplaced, failure.Fault), Is.EqualTo((true, SnapshotFault.Refused)));
        Assert.That(under.Log.Readers, Is.Zero);
    }

    [Test]
    public async Task The_newest_commit_is_told_after_the_trainer_was_disposed()
    {
        using var time = new ManualTime();
        var under = new QuietTrainer(new MemorySnapshotStore(), time);
        under.Log.Grow(10);
        under.Start();
        await under.EndAsync();
        var newest = under.Trainer.NewestCommit;
        await under.DisposeAsync();
        await under.Trainer.DisposeAsync();
        Assert.That((newest?.Rows, under.Trainer.NewestCommit), Is.EqualTo(((long?)10, newest)));
    }

    // Each event has a row of its own.
    private static long CommittedRows(MemorySnapshotStore store)
    {
        var stored = store.ReadManifestAsync().AsTask().GetAwaiter().GetResult();
        return stored is null ? 0 : SnapshotManifest.Parse(stored.Bytes.Span).Commits.Sum(commit => commit.Rows);
    }

    private static async Task AssertGoesOnAsync(SnapshotStore store, ManualTime time, int from, int to)
    {
        await using var next = new QuietTrainer(store, time);
        next.Log.Grow(from);
        next.Start();
        while (next.Trainer.Examples == 0 && !next.Run.IsCompleted) await Task.Delay(1);
        Assert.That((next.Trainer.Examples, LogPosition.From(next.Trainer.Position).Offset), Is.EqualTo((from, from)), "restored");
        next.Log.Grow(to - from);
        await next.EndAsync();
        Assert.That((next.Trainer.Examples, next.Tables.Count), Is.EqualTo((to, to)), "each event once");
    }
}
