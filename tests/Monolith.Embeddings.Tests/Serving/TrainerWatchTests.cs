using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>What a replica concludes from signs of life.</summary>
public sealed class TrainerWatchTests : IDisposable
{
    private static readonly Guid Trainer = Guid.NewGuid();
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private TrainerWatch _watch = null!;

    [SetUp]
    public void Begin() => _watch = new TrainerWatch(_time);

    public void Dispose() => _time.Dispose();

    // A clock that is wrong by a year, either way, changes nothing.
    [Test]
    public void It_is_silent_after_three_times_as_long_as_promised_by_the_replicas_clock([Values(-365, 0, 365)] int days)
    {
        var manifest = Beating(_time.GetUtcNow().AddDays(days));
        _watch.Look(manifest);
        Assert.That((_watch.IsSilent, _watch.SilentFor), Is.EqualTo((false, (TimeSpan?)TimeSpan.Zero)), "seen just now");
        _time.Advance(3 * Every - TimeSpan.FromTicks(1));
        Look(manifest);
        Assert.That(_watch.IsSilent, Is.False);
        _time.Advance(TimeSpan.FromTicks(1));
        Look(manifest);
        Assert.That((_watch.IsSilent, _watch.SilentFor), Is.EqualTo((true, (TimeSpan?)(3 * Every))));
        _watch.Look(Beating(_time.GetUtcNow().AddDays(days)));
        Assert.That(_watch.IsSilent, Is.False, "it is back");
    }

    [Test]
    public void Nobody_is_silent_while_nobody_looks()
    {
        _watch.Look(Beating(_time.GetUtcNow()));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.That((_watch.IsSilent, _watch.SilentFor), Is.EqualTo((false, (TimeSpan?)TimeSpan.Zero)));
    }

    [Test]
    public void A_commit_is_a_sign_of_life_and_a_fold_is_none()
    {
        var manifest = Beating(_time.GetUtcNow()).Append(TestChain.Full(1, 10) with { Trainer = Trainer });
        _watch.Look(manifest);
        _time.Advance(2 * Every);
        manifest = manifest.Append(TestChain.Full(2, 12) with { Trainer = Trainer });
        _watch.Look(manifest);
        Assert.That(_watch.SilentFor, Is.EqualTo(TimeSpan.Zero));
        _time.Advance(2 * Every);
        Look(manifest.Retain(new() { Commits = 1, Age = TimeSpan.Zero }, DateTimeOffset.UnixEpoch.AddYears(50)));
        Assert.That(_watch.SilentFor, Is.EqualTo(2 * Every));
    }

    [Test]
    public void A_store_without_signs_says_nothing()
    {
        var manifest = SnapshotManifest.Begin(TestSnapshot.Chain, Trainer);
        _watch.Look(manifest);
        _time.Advance(TimeSpan.FromDays(1));
        Look(manifest);
        Assert.That((_watch.IsSilent, _watch.SilentFor, _watch.Heartbeat), Is.EqualTo((false, (TimeSpan?)null, (object?)null)));
    }

    [Test]
    public void Who_has_ended_is_not_silent(
        [Values(HeartbeatState.Ended, HeartbeatState.Diverged, HeartbeatState.Failed)] HeartbeatState state)
    {
        var manifest = Beating(_time.GetUtcNow(), state);
        _watch.Look(manifest);
        _time.Advance(TimeSpan.FromDays(1));
        Look(manifest);
        Assert.That((_watch.IsSilent, _watch.SilentFor, _watch.Heartbeat!.State), Is.EqualTo((false, (TimeSpan?)null, state)));
    }

    private static SnapshotManifest Beating(DateTimeOffset at, HeartbeatState state = HeartbeatState.Training) =>
        SnapshotManifest.Begin(TestSnapshot.Chain, Trainer).Beat(Trainer, new SnapshotHeartbeat
        {
            Time = at,
            Every = Every,
            State = state,
            Examples = 7,
            Uncommitted = 3,
            EventTime = DateTimeOffset.UnixEpoch,
        });

    // Whether the manifest was read again or not makes no difference.
    private void Look(SnapshotManifest manifest)
    {
        _watch.Look(manifest);
        _watch.LookAgain();
    }
}
