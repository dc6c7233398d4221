using Microsoft.Extensions.Options;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Epochs that end early leave exactly what training without the epochs that were not learned from leaves.</summary>
public class EarlyStopTests : LeakChecked
{
    // No evaluation is that much better than the first, so that the place of the stop is known: 1 and the patience.
    private const double Unreachable = 10;
    private const int Epochs = 6;

    [Test]
    public async Task Epochs_that_no_longer_help_end_and_the_live_stream_follows([Values(1, 2, 9)] int patience)
    {
        var done = Math.Min(Epochs, 1 + patience);
        var expected = await StateOfAsync(done);
        await using var run = new EpochRun(Epochs, configure: o => Set(o, patience));
        await run.Trainer.RunAsync();
        var status = run.Trainer.EarlyStop!;
        Assert.Multiple(() =>
        {
            Assert.That(run.State(), Is.EqualTo(expected));
            Assert.That(status.Evaluations, Is.EqualTo(done));
            Assert.That(status.Best!.Epochs, Is.EqualTo(1));
            Assert.That(status.Last!.Examples, Is.EqualTo(done * EpochRun.HistoryBatches * EpochRun.BatchSize));
            Assert.That((status.IsOver, status.IsStopped), Is.EqualTo((true, patience < Epochs)));
        });
    }

    [Test]
    public async Task The_best_is_gone_back_to_whatever_is_retained([Values(1, 2, 9)] int patience)
    {
        var expected = await StateOfAsync(1);
        var store = new MemorySnapshotStore();
        await using (var run = new EpochRun(Epochs, store, o => SetBest(o, patience)))
        {
            await run.Trainer.RunAsync();
            Assert.That(run.State(), Is.EqualTo(expected));
            Assert.That(run.Trainer.EarlyStop!.Last!.Epochs, Is.EqualTo(Math.Min(Epochs, 1 + patience)), "what led to the end");
            Assert.That(run.Trainer.EarlyStop.IsStopped, Is.EqualTo(patience < Epochs));
        }
        await using var restored = new EpochRun(Epochs, store, o => SetBest(o, patience));
        await restored.Trainer.RunAsync();
        Assert.That(restored.State(), Is.EqualTo(expected), "from the store");
        Assert.That(restored.Trainer.EarlyStop!.IsOver);
    }

    [Test]
    public async Task The_best_may_lie_amid_the_first_epoch_before_times_that_were_seen_since([Values(0, 5)] int live)
    {
        await using var plain = new EpochRun(1, configure: o => o.EarlyStop = null, first: 5, live: live);
        await plain.Trainer.RunAsync();
        await using var run = new EpochRun(Epochs, new MemorySnapshotStore(), o =>
        {
            SetBest(o, 2);
            o.EarlyStop!.EveryExamples = 75;
        }, live: live);
        await run.Trainer.RunAsync();
        Assert.That(run.Trainer.EarlyStop!.Last!.Examples, Is.EqualTo(3 * 5 * EpochRun.BatchSize));
        Assert.That(run.State(), Is.EqualTo(plain.State()));
    }

    [Test]
    public async Task Killed_at_many_batches_it_comes_to_the_same_bits([Values] bool restoresBest, [Values] Staleness staleness)
    {
        Action<OnlineTrainerOptions> set = o =>
        {
            o.Staleness = staleness;
            if (restoresBest) SetBest(o, 2);
            else Set(o, 2);
        };
        var expected = await StateOfAsync(restoresBest ? 1 : 3, staleness);
        var batches = (3 * EpochRun.HistoryBatches) + EpochRun.LiveBatches;
        for (var at = 1; at <= batches; at += 3)
        {
            var store = new MemorySnapshotStore();
            await RunUntilAsync(store, set, at);
            await RunUntilAsync(store, set, 1 + (at / 2));
            await using var run = new EpochRun(Epochs, store, set);
            await run.Trainer.RunAsync();
            Assert.That(run.State(), Is.EqualTo(expected), $"killed after {at} batches");
        }
    }

    [Test]
    public async Task Evaluations_begin_where_a_commit_has_none()
    {
        var store = new MemorySnapshotStore();
        await using (var before = new EpochRun(2, store, o => o.EarlyStop = null, live: 0)) await before.Trainer.RunAsync();
        await using var run = new EpochRun(Epochs, store, o => Set(o, 2));
        await run.Trainer.RunAsync();
        Assert.That(run.Trainer.EarlyStop!.Evaluations, Is.Positive);
        Assert.That(run.Trainer.EarlyStop.IsOver);
    }

    [Test]
    public async Task It_is_evaluated_every_so_many_examples_and_at_the_end()
    {
        var told = new List<EarlyStopStatus>();
        await using var run = new EpochRun(1, configure: o =>
        {
            Set(o, 100);
            (o.EarlyStop!.EveryExamples, o.EarlyStop.Progress) = (75, new Told(told));
        });
        await run.Trainer.RunAsync();
        // Batches of 16, of which 12 are history.
        Assert.That(told.SkipLast(1).Select(status => status.Last!.Examples), Is.EqualTo(new[] { 80, 160, 192 }));
        Assert.That(told[^1].IsOver);
        Assert.That(run.Trainer.Examples, Is.EqualTo((EpochRun.HistoryBatches + EpochRun.LiveBatches) * EpochRun.BatchSize));
    }

    [Test]
    public async Task Evaluations_are_compared_by_the_metric_that_is_named([Values] ValidationMetric metric)
    {
        var told = new List<EarlyStopStatus>();
        await using var run = new EpochRun(5, configure: o =>
        {
            (o.EarlyStop!.Metric, o.EarlyStop.Patience, o.EarlyStop.Progress) = (metric, 5, new Told(told));
        });
        await run.Trainer.RunAsync();
        var values = told.SkipLast(1).Select(status => status.Last!.Value).ToList();
        var best = metric == ValidationMetric.Auc ? values.Max() : values.Min();
        Assert.That(values.Distinct().Count(), Is.GreaterThan(1));
        Assert.That(told[^1].Best!.Value, Is.EqualTo(best));
        Assert.That(told[^1].Best!.Epochs, Is.EqualTo(1 + values.IndexOf(best)));
    }

    [Test]
    public void What_cannot_be_stopped_early_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new EpochRun(2, configure: o => o.EarlyStop!.RestoreBest = true),
                Throws.ArgumentException.With.Message.Contains("needs a store"));
            Assert.That(() => new EpochRun(2, configure: o => o.EarlyStop!.Task = "buy"),
                Throws.ArgumentException.With.Message.Contains("'buy'").And.Message.Contains("'click'"));
            Assert.That(
                () => new EpochRun(2, configure: o =>
                    o.EarlyStop = new() { Patience = 0, MinImprovement = -1, EveryExamples = 0, Metric = (ValidationMetric)9 }),
                Throws.TypeOf<OptionsValidationException>().With.Property(nameof(OptionsValidationException.Failures)).Exactly(5).Items);
        });
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        var source = CrashScenario.CreateSource(schema, 4);
        Assert.That(() => new OnlineTrainer(tables, model, source, new OnlineTrainerOptions { EarlyStop = new() { Validation = source } }),
            Throws.ArgumentException.With.Message.Contains("no epochs"));
    }

    [Test]
    public async Task A_validation_source_without_labels_says_nothing()
    {
        await using var run = new EpochRun(2, configure: o => o.EarlyStop!.Validation = EpochRun.Nothing());
        Assert.That(() => run.Trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains("0 examples"));
    }

    [Test]
    public async Task A_validation_source_of_positives_alone_has_no_area_under_a_curve()
    {
        var schema = CrashScenario.CreateSchema();
        var encoder = new ExampleEncoder<int>(schema, (in int _, ExampleWriter w) => w.Label(schema.Tasks[0], true));
        var positives = ExampleSource.From(() => Enumerable.Range(0, 9), encoder, 4);
        await using var run = new EpochRun(2, configure: o =>
            (o.EarlyStop!.Validation, o.EarlyStop.Metric) = (positives, ValidationMetric.Auc));
        Assert.That(() => run.Trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains("9 examples"));
        Assert.That(run.Trainer.EarlyStop!.IsOver, Is.False);
    }

    private static void Set(OnlineTrainerOptions options, int patience) =>
        (options.EarlyStop!.Patience, options.EarlyStop.MinImprovement) = (patience, Unreachable);

    // A process that dies loses what came since the last commit, and old commits go at once.
    private static void SetBest(OnlineTrainerOptions options, int patience)
    {
        Set(options, patience);
        options.EarlyStop!.RestoreBest = true;
        options.Synchronization.CompactAfterDeltas = 3;
        options.Synchronization.Retention = new() { Commits = 1, Age = TimeSpan.Zero };
    }

    private static async Task<string> StateOfAsync(int epochs, Staleness staleness = Staleness.None)
    {
        await using var plain = new EpochRun(epochs, configure: o => (o.EarlyStop, o.Staleness) = (null, staleness));
        await plain.Trainer.RunAsync();
        return plain.State();
    }

    private static async Task RunUntilAsync(SnapshotStore store, Action<OnlineTrainerOptions> set, int batches)
    {
        var learned = 0;
        await using var run = new EpochRun(Epochs, store, o =>
        {
            set(o);
            o.Synchronization.CommitAtEnd = false;
        }, _ =>
        {
            if (++learned == batches) throw new InterruptionException();
        });
        try
        {
            await run.Trainer.RunAsync();
        }
        catch (InterruptionException)
        {
        }
    }

    private sealed class Told(List<EarlyStopStatus> told) : IProgress<EarlyStopStatus>
    {
        public void Report(EarlyStopStatus value) => told.Add(value);
    }
}
