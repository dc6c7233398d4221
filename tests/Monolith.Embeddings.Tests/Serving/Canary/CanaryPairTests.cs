using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving.Canary;

/// <summary>Two versions that answer side by side, and one whose answers are only compared.</summary>
public class CanaryPairTests : LeakChecked
{
    [Test]
    public async Task Keys_stay_with_their_arm_while_the_share_grows()
    {
        await using var arms = await TwoArms.OpenAsync();
        var pair = new CanaryPair(arms.Main, arms.Canary, new() { Seed = 3 });
        var before = new HashSet<long>();
        foreach (var share in new[] { 0, 0.01, 0.1, 0.5, 1 })
        {
            pair.Share = share;
            var keys = Enumerable.Range(0, 20_000).Select(key => (long)key - 10_000);
            var now = keys.Where(key => pair.ArmOf(key) == pair.Canary).ToHashSet();
            Assert.That(now.Count / 20_000.0, Is.EqualTo(share).Within(0.01));
            Assert.That(now.IsSupersetOf(before), "no key goes back");
            before = now;
        }
        pair.Share = 0.5;
        var other = new CanaryPair(arms.Main, arms.Canary, new() { Seed = 4, Share = 0.5 });
        var same = Enumerable.Range(0, 10_000).Count(key => pair.ArmOf(key).Number == other.ArmOf(key).Number);
        Assert.That(same / 10_000.0, Is.EqualTo(0.5).Within(0.05), "another seed, other keys");
    }

    [Test]
    public async Task An_arm_tells_what_it_answered_and_what_came_of_it()
    {
        await using var arms = await TwoArms.OpenAsync();
        var pair = new CanaryPair(arms.Main, arms.Canary, new() { Share = 1 }, new SlowerEachTime());
        var (arm, all) = (pair.ArmOf(5), new List<float>());
        var click = arms.Trained.Schema.Tasks[0];
        for (var rows = 1; rows <= 5; rows++) all.AddRange(arms.Ask(arm, rows));
        float[] labels = [.. all.Select((_, i) => i % 3 == 0 ? 1f : 0)];
        double[] weights = [.. all.Select((_, i) => 0.5 + (i % 4))];
        for (var i = 0; i < all.Count; i++) arm.Report(click, all[i], labels[i], weights[i]);
        var (figures, task) = (arm.Figures, arm.Figures.Tasks.Single());
        Assert.That((figures.Requests, figures.Candidates, figures.Failures), Is.EqualTo((5L, 15L, 0L)));
        Assert.That((task.Task, task.Labels), Is.EqualTo(("click", 15L)));
        Assert.That(task.MeanScore, Is.EqualTo(all.Average()).Within(1e-6));
        Assert.That(figures.MeanLatency, Is.EqualTo(TimeSpan.FromMilliseconds(6)));
        Assert.That(figures.SlowestLatency, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
        double Mean(Func<int, double> of) => weights.Select((weight, i) => weight * of(i)).Sum() / weights.Sum();
        Assert.That(task.Calibration, Is.EqualTo(Mean(i => all[i]) / Mean(i => labels[i])).Within(1e-6));
        var loss = Mean(i => labels[i] > 0 ? -Math.Log(all[i]) : -Math.Log(1 - all[i]));
        Assert.That(task.LogLoss, Is.EqualTo(loss).Within(1e-6));
        Assert.That(pair.Main.Figures.Requests, Is.Zero);
        Assert.That(() => arms.Ask(arm, 2, scores: 1), Throws.ArgumentException);
        Assert.That(arm.Figures.Failures, Is.EqualTo(1));
        arm.ClearFigures();
        Assert.That((arm.Figures.Requests, arm.Figures.Tasks.Count), Is.EqualTo((0L, 0)));
        Assert.That((arm.Figures.MeanLatency, arm.Figures.SlowestLatency), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)));
    }

    [Test]
    public async Task The_meter_shows_each_arm_and_clearing_takes_no_count_back()
    {
        await using var arms = await TwoArms.OpenAsync();
        using var measured = new Measured("monolith.canary");
        var options = arms.Trained.Options();
        // Other tests have pairs too.
        options.Name = Guid.NewGuid().ToString("N");
        await using var canary = await ModelReplica.OpenAsync(arms.Trained.Store, arms.Trained.CreateModel(), options, arms.Trained.Time);
        var pair = new CanaryPair(arms.Main, canary, new() { Share = 1 });
        var (arm, click) = (pair.ArmOf(5), arms.Trained.Schema.Tasks[0]);
        foreach (var score in arms.Ask(arm, 4)) arm.Report(click, score, 1);
        Assert.That(() => arms.Ask(arm, 2, scores: 1), Throws.ArgumentException);
        var (now, task) = (measured.Now(), arm.Figures.Tasks.Single());
        var tags = $" replica={options.Name} arm=canary";
        double Of(string name, bool isByTask = false) => now[$"monolith.canary.{name}{tags}{(isByTask ? " task=click" : "")}"];
        Assert.That((Of("requests"), Of("candidates"), Of("failures"), Of("labels", true)), Is.EqualTo((1, 4, 1, 4)));
        Assert.That((Of("score", true), Of("log_loss", true), Of("calibration", true)),
            Is.EqualTo((task.MeanScore, task.LogLoss, task.Calibration)));
        arm.ClearFigures();
        now = measured.Now();
        Assert.That((Of("requests"), Of("candidates"), Of("failures"), Of("labels", true)), Is.EqualTo((1, 4, 1, 4)));
        Assert.That(now.ContainsKey($"monolith.canary.score{tags} task=click"), Is.False, "nothing is known of the next version");
        GC.KeepAlive(pair);
    }

    [Test]
    public async Task A_canary_that_is_not_ready_answers_nobody()
    {
        await using var arms = await TwoArms.OpenAsync();
        await using var early = await ModelReplica.OpenAsync(
            new Monolith.Embeddings.Snapshots.MemorySnapshotStore(), arms.Trained.CreateModel(),
            new() { Startup = ReplicaStartup.OpenNotReady, PollEvery = Timeout.InfiniteTimeSpan });
        var pair = new CanaryPair(arms.Main, early, new() { Share = 1 });
        Assert.That(pair.ArmOf(1), Is.EqualTo(pair.Main));
    }

    [Test]
    public async Task What_cannot_be_is_refused()
    {
        await using var arms = await TwoArms.OpenAsync();
        Assert.That(() => new CanaryPair(arms.Main, arms.Main), Throws.ArgumentException);
        Assert.That(() => new CanaryPair(arms.Main, arms.Canary, new() { Share = double.NaN }), Throws.Exception.Message.Contains("Share"));
        var pair = new CanaryPair(arms.Main, arms.Canary);
        Assert.That(() => pair.Share = 1.1, Throws.InstanceOf<ArgumentOutOfRangeException>());
        var click = arms.Trained.Schema.Tasks[0];
        Assert.That(() => pair.Main.Report(click, float.NaN, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => pair.Main.Report(click, 0.5f, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => pair.Main.Report(click, 0.5f, 1, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task A_shadow_scores_to_the_bit_what_a_replica_of_its_version_would_answer()
    {
        await using var arms = await TwoArms.OpenAsync();
        var (same, other) = (new ShadowPredictor(arms.MainAgain), new ShadowPredictor(arms.Canary));
        var difference = 0.0;
        for (var rows = 1; rows <= 6; rows++)
        {
            var (main, canary) = (arms.Ask(arms.Main, rows, same, other), arms.Ask(arms.Canary, rows));
            difference += main.Zip(canary, (x, y) => Math.Abs((double)x - y)).Sum();
        }
        await same.DisposeAsync();
        await other.DisposeAsync();
        Assert.That((same.Figures.Requests, same.Figures.Scores, same.Figures.Dropped), Is.EqualTo((6L, 21L, 0L)));
        Assert.That(same.LastFailure, Is.Null);
        Assert.That((same.Figures.MeanDifference, same.Figures.LargestDifference), Is.EqualTo((0.0, 0.0)));
        Assert.That(other.Figures.MeanDifference, Is.EqualTo(difference / 21).Within(1e-9).And.Positive);
    }

    [Test]
    public async Task What_a_shadow_cannot_take_is_dropped_and_the_answer_waits_for_nothing()
    {
        await using var arms = await TwoArms.OpenAsync();
        var gate = new TaskCompletionSource();
        var shadow = new ShadowPredictor(arms.Canary, new() { QueueRequests = 3 }, () => gate.Task);
        for (var i = 0; i < 10; i++) arms.Ask(arms.Main, 2, shadow);
        Assert.That((shadow.Figures.Dropped, shadow.Figures.Requests), Is.EqualTo((7L, 0L)));
        gate.SetResult();
        await shadow.DisposeAsync();
        Assert.That((shadow.Figures.Dropped, shadow.Figures.Requests), Is.EqualTo((7L, 3L)));
        arms.Ask(arms.Main, 2, shadow);
        Assert.That(shadow.Figures.Dropped, Is.EqualTo(8), "it is disposed");
    }

    [Test]
    public async Task A_shadow_that_keeps_up_drops_nothing_however_long_it_runs()
    {
        await using var arms = await TwoArms.OpenAsync();
        await using var shadow = new ShadowPredictor(arms.Canary, new() { QueueRequests = 2 });
        for (var i = 1; i <= 20; i++)
        {
            arms.Ask(arms.Main, 2, shadow);
            // The one before has left the queue then, and this one may not have.
            Wait.Until(() => shadow.Figures.Requests == i);
        }
        Assert.That(shadow.Figures.Dropped, Is.Zero);
    }

    [Test]
    public async Task A_shadow_that_fails_fails_alone()
    {
        await using var arms = await TwoArms.OpenAsync();
        await arms.Canary.DisposeAsync();
        var shadow = new ShadowPredictor(arms.Canary);
        Assert.That(arms.Ask(arms.Main, 4, shadow), Is.Unique);
        await shadow.DisposeAsync();
        Assert.That((shadow.Figures.Failures, shadow.LastFailure), Is.EqualTo((1L, shadow.LastFailure)));
        Assert.That(shadow.LastFailure, Is.InstanceOf<ObjectDisposedException>());
    }

    /// <summary>A clock by which what is timed takes 2 ms, then 4, and so on.</summary>
    private sealed class SlowerEachTime : TimeProvider
    {
        private long _now, _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += ++_looks * TimeSpan.TicksPerMillisecond;
    }
}
