using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Replicas that are kept at a commit, or set back to one, while they serve.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The tear-down disposes it.")]
public class ReplicaPinTests : LeakChecked
{
    private readonly List<PinnedState> _states = [];
    private TrainedModel _trained = null!;

    [SetUp]
    public void Begin() => _trained = new TrainedModel(seed: 4);

    [TearDown]
    public void End()
    {
        _states.Clear();
        _trained.Dispose();
    }

    [Test]
    public async Task Any_retained_commit_is_served_to_the_bit_from_wherever_the_replica_was([Range(1, 6)] int seed)
    {
        var random = new Random(seed);
        await CommitAsync(6, random);
        await using var replica = await _trained.OpenAsync();
        for (var round = 0; round < 12; round++)
        {
            if (random.Next(3) == 0) await CommitAsync(1 + random.Next(2), random);
            if (random.Next(4) == 0)
            {
                await replica.UnpinAsync();
                await replica.CatchUpAsync();
                Assert.That((replica.PinnedTo, PinnedState.Of(replica)), Is.EqualTo(((ulong?)null, _states[^1])));
                continue;
            }
            var commit = random.Next(_states.Count);
            var before = replica.Version.Number;
            Assert.That(await replica.PinAsync((ulong)commit + 1), Is.EqualTo(before != (ulong)commit + 1));
            Assert.That((replica.PinnedTo, PinnedState.Of(replica)), Is.EqualTo(((ulong?)commit + 1, _states[commit])));
            Assert.That(replica.Lag.Commits, Is.EqualTo(_states.Count - commit - 1));
        }
    }

    [Test]
    public async Task A_pinned_replica_stays_where_it_is_and_goes_on_from_there()
    {
        var log = new FakeLogger();
        await CommitAsync(2);
        var options = _trained.Options();
        options.Logger = log;
        await using var replica = await ModelReplica.OpenAsync(_trained.Store, _trained.CreateModel(), options, _trained.Time);
        Assert.That(await replica.PinAsync(2), Is.False);
        var delta = await _trained.DeltaAsync(await CommitAsync(1));
        Assert.That(await replica.CatchUpAsync(), Is.False);
        Assert.That(await replica.ApplyAsync(delta), Is.EqualTo(DeltaOutcome.HeldBack));
        _trained.Time.Advance(TimeSpan.FromHours(1));
        var health = replica.GetHealth(maxAge: TimeSpan.FromMinutes(1));
        Assert.That((health.Status, health.PinnedTo, health.Lag.Commits), Is.EqualTo((ReplicaStatus.Pinned, (ulong?)2, 1L)));
        Assert.That(health.Description, Does.Contain("commit 2").And.Contain("pinned").And.Contain("1 newer"));
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[1]));
        Assert.That((await replica.UnpinAsync(), await replica.UnpinAsync()), Is.EqualTo((true, false)));
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Following));
        _trained.AssertEquals(replica);
        var told = log.Collector.GetSnapshot().Select(record => record.Id.Id);
        Assert.That(told, Is.EqualTo(new[] { 4000, 4004, 4005, 4015 }), "by the delta, not from the start");
    }

    [Test]
    public async Task A_commit_that_the_store_lacks_is_refused_by_what_it_has()
    {
        await CommitAsync(3);
        await using var replica = await _trained.OpenAsync();
        await replica.PinAsync(2);
        var refused = Assert.ThrowsAsync<SnapshotException>(() => replica.PinAsync(7))!;
        Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Missing));
        Assert.That(refused.Message, Does.Contain("commit 7").And.Contain("1 to 3"));
        Assert.That((replica.PinnedTo, PinnedState.Of(replica)), Is.EqualTo(((ulong?)2, _states[1])));
        Assert.That(replica.LastFailure, Is.Null);
        Assert.That(replica.GetHealth().Status, Is.EqualTo(ReplicaStatus.Pinned), "who asked was wrong, and the replica is well");
    }

    [Test]
    public async Task A_pinned_commit_may_leave_the_store()
    {
        await CommitAsync(2);
        var store = new FaultyStore(_trained.Store);
        await using var replica = await _trained.OpenAsync(store: store);
        await replica.PinAsync(1);
        await CommitAsync(1, new Random(1), full: true);
        var retained = (await _trained.ManifestAsync()).Retain(new() { Commits = 1, Age = TimeSpan.Zero }, _trained.Time.GetUtcNow());
        store.Manifest = new StoredManifest(retained.ToBytes(), "another");
        Assert.That((await replica.CatchUpAsync(), await replica.PinAsync(1)), Is.EqualTo((false, false)));
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[0]));
        await replica.UnpinAsync();
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[2]));
    }

    [Test]
    public async Task A_file_that_cannot_be_used_leaves_the_replica_as_it_was()
    {
        await CommitAsync(4);
        var store = new FaultyStore(_trained.Store);
        await using var replica = await _trained.OpenAsync(store: store);
        store.Fault = FaultyStore.Damage;
        Assert.ThrowsAsync<SnapshotException>(() => replica.PinAsync(2));
        Assert.That((replica.PinnedTo, PinnedState.Of(replica)), Is.EqualTo(((ulong?)null, _states[3])));
        store.Fault = "";
        await replica.PinAsync(2);
        store.Fault = FaultyStore.Damage;
        Assert.ThrowsAsync<SnapshotException>(() => replica.UnpinAsync());
        Assert.That((replica.PinnedTo, PinnedState.Of(replica)), Is.EqualTo(((ulong?)null, _states[1])));
        store.Fault = "";
        Assert.That(await replica.CatchUpAsync(), Is.True);
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[3]));
    }

    [Test]
    public async Task A_replica_is_opened_at_a_commit_and_stays_there([Values] bool waits)
    {
        var options = _trained.Options();
        (options.Commit, options.PollEvery) = (2, TimeSpan.FromSeconds(1));
        if (!waits) await CommitAsync(3);
        else options.Startup = ReplicaStartup.OpenNotReady;
        await using var replica = await ModelReplica.OpenAsync(_trained.Store, _trained.CreateModel(), options, _trained.Time);
        if (waits)
        {
            await CommitAsync(1);
            Assert.ThrowsAsync<SnapshotException>(() => replica.CatchUpAsync());
            Assert.That(replica.IsReady, Is.False, "it is not made yet");
            await CommitAsync(2);
            await replica.CatchUpAsync();
        }
        Assert.That((replica.PinnedTo, replica.Lag.Commits, PinnedState.Of(replica)), Is.EqualTo(((ulong?)2, 1L, _states[1])));
        await replica.UnpinAsync();
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[2]));
        options.Commit = 0;
        Assert.ThrowsAsync<OptionsValidationException>(
            () => ModelReplica.OpenAsync(_trained.Store, _trained.CreateModel(), options, _trained.Time));
    }

    [Test]
    public async Task Predictions_go_on_meanwhile()
    {
        await CommitAsync(2);
        await using var replica = await ModelReplica.OpenAsync(
            _trained.Store, _ => _trained.CreateModel(), _trained.Options(), _trained.Time);
        using var ending = new CancellationTokenSource();
        var predicting = Task.Run(() =>
        {
            List<string> scores = [];
            do scores.Add(PinnedState.ScoresOf(replica));
            while (!ending.IsCancellationRequested);
            return scores;
        });
        for (var i = 0; i < 20; i++)
        {
            await replica.PinAsync(1);
            await replica.PinAsync(2);
        }
        await ending.CancelAsync();
        // Rows and dense weights of the two may meet in a prediction, as with any delta.
        Assert.That((await predicting).Intersect(_states.Select(state => state.Scores)), Is.Not.Empty);
        Assert.That(PinnedState.Of(replica), Is.EqualTo(_states[1]));
    }

    private async Task<SnapshotCommit> CommitAsync(int count, Random? random = null, bool full = false)
    {
        SnapshotCommit? last = null;
        for (var i = 0; i < count; i++)
        {
            _trained.Train();
            last = await _trained.CommitAsync(full || random?.Next(4) == 0);
            await using var late = await _trained.OpenAsync();
            _trained.AssertEquals(late);
            _states.Add(PinnedState.Of(late));
        }
        return last!;
    }
}
