using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Examples with numbers that are finite but absurd are lost alone; a run that diverges stops before it commits.</summary>
public class AbsurdExamplesTests : LeakChecked
{
    private static readonly string[] Models = ["lr", "fm", "deep"];

    private static readonly Dictionary<string, Action<ExampleWriter, FeatureSlot, LabelTask, SyntheticClick>> Kinds = new()
    {
        ["a timestamp as the weight of an id"] = (w, recent, task, c) => w.Id(recent, c.Item ^ 1, 1.7e12f).Dense(0, 0.5f).Label(task, true),
        ["the largest weight of an id"] = (w, recent, task, c) =>
            w.Id(recent, c.Item ^ 1, float.MaxValue).Dense(0, 0.5f).Label(task, false),
        ["two of them"] = (w, recent, task, c) =>
            w.Id(recent, c.Item ^ 1, -3e38f).Id(recent, c.Item, 3e38f).Dense(0, 0.5f).Label(task, true),
        ["the weight of the example"] = (w, recent, task, c) =>
            w.Id(recent, c.Item ^ 1).Dense(0, 0.5f).Label(task, !c.Clicked).Weight(1e30f),
        ["a dense feature"] = (w, recent, task, c) => w.Id(recent, c.Item ^ 1).Dense(0, -1e35f).Label(task, true),
    };

    private static readonly string[] KindNames = [.. Kinds.Keys];

    [Test]
    public async Task An_absurd_example_is_lost_alone(
        [ValueSource(nameof(Models))] string model, [ValueSource(nameof(KindNames))] string kind)
    {
        await using var absurd = new AbsurdStream(model, Kinds[kind]);
        await using var without = new AbsurdStream(model, (w, recent, _, c) => w.Id(recent, c.Item ^ 1).Dense(0, 0.5f));
        var learned = await absurd.RunAsync();
        var (told, expected) = (absurd.Trainer.Metrics.Total(absurd.Click), without.Trainer.Metrics);
        Assert.That(absurd.Model.NonFiniteRows, Is.EqualTo(AbsurdStream.Absurd.Length));
        Assert.That((told.Unscored, told.Examples),
            Is.EqualTo(((long)AbsurdStream.Absurd.Length, (long)AbsurdStream.Events - AbsurdStream.Absurd.Length)));
        Assert.That(absurd.Model.SkippedUpdates, Is.Zero);
        if (kind == "two of them") return; // It has one id more.
        Assert.That(learned, Is.EqualTo(await without.RunAsync()), "all others teach what they teach without it");
        Assert.That(told with { Unscored = 0 }, Is.EqualTo(expected.Total(without.Click)));
    }

    [Test]
    public async Task Lost_examples_are_logged_once_an_hour()
    {
        var log = new FakeLogger();
        await using var stream = new AbsurdStream("fm", Kinds["a timestamp as the weight of an id"], configure: o => o.Logger = log);
        await stream.RunAsync();
        Assert.That(log.Collector.GetSnapshot().Where(r => r.Id.Id == 3020).Select(r => r.Message),
            Has.One.Contains("1 of the 50 examples"));
    }

    private static readonly OptimizerOptions[] Diverging =
        [new SgdOptions { LearningRate = 1e30f }, new AdagradOptions { LearningRate = 1e30f },
            new MomentumOptions { LearningRate = 1e30f }, new AdamOptions { LearningRate = 1e30f }];

    [Test]
    public async Task A_learning_rate_that_diverges_stops_before_it_is_committed(
        [ValueSource(nameof(Models))] string model, [ValueSource(nameof(Diverging))] OptimizerOptions optimizer)
    {
        var store = new MemorySnapshotStore();
        await using var stream = new AbsurdStream(model, Kinds["a dense feature"], optimizer, store, o =>
            o.Synchronization.SparseEvery = Schedule.ByBatches(30));
        var thrown = Assert.ThrowsAsync<TrainingDivergedException>(() => stream.Trainer.RunAsync());
        Assert.That(thrown!.Message, Does.Contain("newest commit").And.Contain("earning rate"));
        Assert.That(stream.Trainer.NewestCommit, Is.Null, "the first was due at step 30");
    }

    [Test]
    public async Task Dense_weights_that_are_not_finite_stop_the_run_and_the_newest_commit_stays()
    {
        var store = new MemorySnapshotStore();
        await using var stream = new AbsurdStream("deep", Kinds["a dense feature"], null, store, o =>
        {
            o.Synchronization.SparseEvery = Schedule.ByBatches(10);
            o.MaxRefusedShare = 1;
        }, new SgdOptions { Schedule = new Jump() });
        var thrown = Assert.ThrowsAsync<TrainingDivergedException>(() => stream.Trainer.RunAsync());
        Assert.That(thrown!.Message, Does.Contain("deep-fm"));
        Assert.That(stream.Trainer.Steps, Is.EqualTo(Jump.Step + 1));

        await using var again = new AbsurdStream("deep", Kinds["a dense feature"], store: store, dense: new SgdOptions());
        await again.RunAsync();
        Assert.That(again.Trainer.Examples, Is.EqualTo(AbsurdStream.Events), "from the newest commit on");
    }

    [TestCase(0)]
    [TestCase(-0.1)]
    [TestCase(1.5)]
    [TestCase(double.NaN)]
    public void A_share_is_more_than_0_and_at_most_1(double share) => Assert.That(
        OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(new OnlineTrainerOptions { MaxRefusedShare = share })),
            Has.One.Contains("MaxRefusedShare"));

    /// <summary>A rate at which one step makes weights infinite.</summary>
    private sealed class Jump : LearningRateSchedule
    {
        public const int Step = 44;

        public override double Rate(long globalStep, double learningRate) => globalStep < Step ? 1e-6 : 3e38;
    }
}
