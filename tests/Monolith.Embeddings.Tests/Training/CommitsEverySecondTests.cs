using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// A small model commits each second: what the store takes stays in bounds, and replicas get dense weights when they are due.
/// </summary>
public class CommitsEverySecondTests : LeakChecked
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    [Test]
    public async Task The_store_stays_in_bounds_for_twenty_minutes()
    {
        var (most, bound) = await TakesAsync(seconds: 1200, new());
        TestContext.Out.WriteLine($"at most {most} bytes, bound {bound}");
        Assert.That(most, Is.LessThan(bound * 3 / 2), "upkeep comes beside the commits");
    }

    [Test]
    public async Task Without_the_bound_it_would_not()
    {
        var (most, bound) = await TakesAsync(seconds: 400, new() { MaxFulls = null });
        TestContext.Out.WriteLine($"at most {most} bytes, bound {bound}");
        Assert.That(most, Is.GreaterThan(bound * 3 / 2));
    }

    [Test]
    public async Task A_bound_in_bytes_is_kept_too()
    {
        const int Bound = 150_000;
        var (most, _) = await TakesAsync(seconds: 400, new() { MaxBytes = Bound, MaxFulls = null });
        Assert.That(most, Is.LessThan(Bound * 3 / 2));
    }

    [Test]
    public async Task Replicas_get_the_dense_weights_when_they_are_due()
    {
        using var time = new ManualTime();
        var store = new MemorySnapshotStore();
        await using var under = new QuietTrainer(
            store, time, o => (o.Synchronization.SparseEvery, o.Synchronization.DenseEvery, o.Synchronization.CompactAfterDeltas) =
                (_second, TimeSpan.FromSeconds(10), null));
        under.Start();
        await CommitAsync(under);
        await using var replica = await ModelReplica.OpenAsync(
            store, new LogisticRegression(under.Log.Schema), new() { PollEvery = Timeout.InfiniteTimeSpan }, time);
        var dense = new List<ulong>();
        for (var i = 0; i < 35; i++)
        {
            await CommitAsync(under);
            await replica.CatchUpAsync();
            Assert.That(replica.Version.Number, Is.EqualTo(under.Trainer.NewestCommit!.Number));
            dense.Add(replica.Version.DenseNumber);
        }
        await under.StopAsync();
        Assert.That(dense.Distinct(), Is.EqualTo(new ulong[] { 1, 11, 21, 31 }));
        await AssertSectionsAsync(store, dense);
        await SnapshotCompactor.CompactAsync(store);
        await using var late = await ModelReplica.OpenAsync(store, new LogisticRegression(under.Log.Schema));
        Assert.That(late.Version.DenseNumber, Is.EqualTo(late.Version.Number), "a full has them");
    }

    // What training goes on from has them always.
    private static async Task AssertSectionsAsync(SnapshotStore store, List<ulong> dense)
    {
        var inspected = (await SnapshotInspector.InspectAsync(store)).Commits;
        Assert.That(inspected.Select(commit => commit.Training.Sections.Keys), Has.All.Contains(SnapshotChain.ModelSection));
        var served = inspected.Where(commit => commit.Serving!.Sections.ContainsKey(SnapshotChain.ModelSection)).ToList();
        Assert.That(served.Select(commit => commit.Commit.Number), Is.EqualTo(dense.Distinct()));
    }

    private static async Task CommitAsync(QuietTrainer under)
    {
        var (before, examples) = (under.Trainer.NewestCommit?.Number ?? 0, under.Trainer.Examples);
        under.Log.Grow(QuietTrainer.BatchSize);
        while (under.Trainer.Examples == examples && !under.Run.IsCompleted) await Task.Yield();
        under.Time.Advance(_second);
        while ((under.Trainer.NewestCommit?.Number ?? 0) == before && !under.Run.IsCompleted) await Task.Yield();
    }

    // The most that the files took at any time, and twenty times the newest full at the end.
    private static async Task<(long Most, long Bound)> TakesAsync(int seconds, SnapshotRetention retention)
    {
        using var time = new ManualTime();
        var (store, most) = (new MemorySnapshotStore(), 0L);
        await using var under = new QuietTrainer(
            store, time, o => (o.Synchronization.SparseEvery, o.Synchronization.Retention) = (_second, retention),
            ids: 50);
        under.Start();
        for (var i = 0; i < seconds; i++)
        {
            await CommitAsync(under);
            if (under.Run.IsCompleted) await under.Run;
            most = Math.Max(most, (await store.ListAsync()).Sum(file => file.Length));
        }
        await under.StopAsync();
        var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
        return (most, 20 * manifest.NewestChain.First().Files.Sum(file => file.Length));
    }
}
