using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A trainer gives signs of life to its store while it trains and while it waits.</summary>
public class HeartbeatTests : LeakChecked
{
    private static readonly DateTimeOffset EventTime = new(2019, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Test]
    public async Task Signs_come_while_the_stream_is_quiet_and_say_that_it_is()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time, Every(5), eventTime: EventTime);
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => Of(store)?.Uncommitted == 0);
        var (first, newest) = (Of(store)!, under.Trainer.NewestCommit!);
        Assert.That(first, Is.EqualTo(new SnapshotHeartbeat
        {
            Time = first.Time,
            Every = TimeSpan.FromSeconds(5),
            State = HeartbeatState.Training,
            Examples = 20,
            Uncommitted = 0,
            EventTime = EventTime,
        }));
        for (var i = 0; i < 4; i++)
        {
            var before = Of(store)!.Time;
            var passed = time.GetUtcNow();
            await under.PassUntilAsync(() => Of(store)!.Time > before);
            Assert.That(Of(store)!.Time - before, Is.EqualTo(TimeSpan.FromSeconds(5)).Within(TimeSpan.FromSeconds(1)));
        }
        Assert.That(under.Trainer.NewestCommit, Is.EqualTo(newest), "silence is not committed");
        await under.StopAsync();
        Assert.That(Of(store)!.State, Is.EqualTo(HeartbeatState.Ended));
    }

    [Test]
    public async Task They_say_what_is_not_committed_yet()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time, o =>
        {
            Every(2)(o);
            o.Synchronization.SparseEvery = TimeSpan.FromHours(1);
        });
        under.Log.Grow(15);
        under.Start();
        await under.LearnedAsync(15);
        await under.PassUntilAsync(() => Of(store) is not null);
        Assert.That((Of(store)!.Examples, Of(store)!.Uncommitted, under.Trainer.NewestCommit), Is.EqualTo((15L, 15L, (object?)null)));
        Assert.That(Of(store)!.EventTime, Is.EqualTo(DateTimeOffset.UnixEpoch));
        await under.EndAsync();
        Assert.That((Of(store)!.State, Of(store)!.Uncommitted), Is.EqualTo((HeartbeatState.Ended, 0L)), "committed at the end");
    }

    [Test]
    public async Task Without_them_the_manifest_has_none()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(store, time, o => o.Synchronization.HeartbeatEvery = Timeout.InfiniteTimeSpan);
        under.Log.Grow(20);
        under.Start();
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => under.Trainer.NewestCommit is not null);
        for (var i = 0; i < 50; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1);
        }
        await under.StopAsync();
        Assert.That(Of(store), Is.Null);
    }

    [Test]
    public async Task A_store_that_refuses_them_does_not_stop_training()
    {
        using var time = new ManualTime();
        var (store, log) = (new FaultyStore(), new FakeLogger());
        await using var under = new QuietTrainer(store, time, o =>
        {
            Every(1)(o);
            (o.Logger, o.Synchronization.SparseEvery) = (log, TimeSpan.FromHours(1));
        });
        under.Log.Grow(10);
        under.Start();
        await under.LearnedAsync(10);
        store.RefusesManifests = true;
        await under.PassUntilAsync(() => log.Collector.GetSnapshot().Any(r => r.Id.Id == 3007));
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        store.RefusesManifests = false;
        under.Log.Grow(10);
        await under.LearnedAsync(20);
        await under.PassUntilAsync(() => Of(store) is not null);
        await under.EndAsync();
        Assert.That(log.Collector.GetSnapshot().Count(r => r.Id.Id == 3007), Is.EqualTo(1), "once an hour");
    }

    [Test]
    public async Task Who_was_replaced_gives_none_to_the_other()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var old = new QuietTrainer(store, time, o =>
        {
            Every(1)(o);
            o.Synchronization.SparseEvery = TimeSpan.FromHours(1);
        });
        old.Log.Grow(10);
        old.Start();
        await old.LearnedAsync(10);
        await old.PassUntilAsync(() => Of(store) is not null);
        await using var other = new QuietTrainer(store, time, o => o.Synchronization.HeartbeatEvery = Timeout.InfiniteTimeSpan);
        other.Log.Grow(5);
        other.Start();
        await other.LearnedAsync(5);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        Assert.That(Of(store), Is.Null);
        old.Log.End();
        Assert.That(async () => await old.Run, Throws.TypeOf<SnapshotException>().With.Property("IsReplaced").True);
        Assert.That(Of(store), Is.Null, "not even the last word");
        await other.StopAsync();
    }

    [Test]
    public void Options_report_a_span_out_of_range()
    {
        foreach (var wrong in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(99), TimeSpan.FromDays(2), TimeSpan.FromTicks(-1) })
        {
            var options = new SynchronizationOptions { HeartbeatEvery = wrong };
            Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(options)), Is.EqualTo(new[] { "HeartbeatEvery" }));
        }
    }

    private static Action<OnlineTrainerOptions> Every(int seconds) =>
        options => options.Synchronization.HeartbeatEvery = TimeSpan.FromSeconds(seconds);

    private static SnapshotHeartbeat? Of(SnapshotStore store) =>
        store.ReadManifestAsync().AsTask().Result is { } stored ? SnapshotManifest.Parse(stored.Bytes.Span).Heartbeat : null;
}
