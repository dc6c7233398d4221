using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A source that throws is opened again where training stands, or ends the run after a commit of what was learned.</summary>
public class SourceFailureTests : LeakChecked
{
    private const int Batches = 20;

    [Test]
    public async Task A_source_that_keeps_throwing_ends_the_run_at_a_commit_with_its_cause(
        [Values(0, 2)] int ahead, [Values(0, 3)] int tolerated, [Values] bool atOpen)
    {
        using var parts = new Parts();
        // Five batches are read, and nothing behind them.
        var source = new FailingSource(parts.Source)
        {
            FailsAtOpen = opened => atOpen && opened > 1,
            FailsBefore = (opened, batch) => opened > 1 || batch > 5,
        };
        var (store, log) = (new MemorySnapshotStore(), new FakeLogger());
        await using var trainer = parts.Create(source, store, o =>
        {
            (o.ReadAheadBatches, o.Logger, o.SourceFailures.Tolerated) = (ahead, log, tolerated);
        });
        var thrown = Assert.ThrowsAsync<IOException>(() => trainer.RunAsync());
        Assert.Multiple(() =>
        {
            Assert.That(thrown, Is.SameAs(source.Failure));
            Assert.That(trainer.LastSourceFailure, Is.SameAs(source.Failure));
            Assert.That(trainer.SourceFailuresInARow, Is.EqualTo(tolerated + 1));
            Assert.That(source.Opened, Is.EqualTo(tolerated + 1));
            Assert.That(trainer.Steps, Is.EqualTo(5));
            Assert.That(log.Collector.GetSnapshot().Count(r => r.Id.Id == 3030), Is.EqualTo(tolerated));
            Assert.That(log.Collector.GetSnapshot().Count(r => r.Id.Id == 3031), Is.EqualTo(1));
        });
        await trainer.DisposeAsync();
        await AssertGoesOnAsync(store, steps: 5);
    }

    [Test]
    public async Task A_batch_in_between_begins_the_count_again([Values(0, 2)] int ahead)
    {
        using var parts = new Parts();
        var source = new FailingSource(parts.Source) { FailsBefore = (_, batch) => batch > 2 };
        var log = new FakeLogger();
        await using var trainer = parts.Create(source, null, o =>
            (o.ReadAheadBatches, o.Logger, o.SourceFailures.Tolerated) = (ahead, log, 1));
        await trainer.RunAsync();
        Assert.That(trainer.Steps, Is.EqualTo(Batches));
        Assert.That(source.Opened, Is.EqualTo(Batches / 2));
        Assert.That((trainer.LastSourceFailure, trainer.SourceFailuresInARow), Is.EqualTo(((Exception?)null, 0)));
        Assert.That(log.Collector.GetSnapshot().Count(r => r.Id.Id == 3032), Is.EqualTo((Batches / 2) - 1));
        Assert.That(parts.State(trainer), Is.EqualTo(await UndisturbedAsync()));
    }

    [Test]
    public async Task What_is_not_transient_ends_the_run_at_once()
    {
        using var parts = new Parts();
        var source = new FailingSource(parts.Source) { FailsAtOpen = _ => true };
        await using var trainer = parts.Create(source, null, o =>
            (o.SourceFailures.Tolerated, o.SourceFailures.IsTransient) = (null, failure => failure is TimeoutException));
        Assert.ThrowsAsync<IOException>(() => trainer.RunAsync());
        Assert.That(source.Opened, Is.EqualTo(1));
    }

    [Test]
    public async Task A_wait_ends_when_the_run_is_cancelled_and_what_was_learned_is_committed([Values(0, 2)] int ahead)
    {
        using var parts = new Parts();
        using var time = new ManualTime();
        var source = new FailingSource(parts.Source) { FailsBefore = (_, batch) => batch > 3 };
        var store = new MemorySnapshotStore();
        await using var trainer = parts.Create(source, store, o =>
        {
            (o.ReadAheadBatches, o.SourceFailures.Tolerated) = (ahead, null);
            o.SourceFailures.RetryAfter = o.SourceFailures.RetryAtMost = TimeSpan.FromHours(1);
        }, time);
        using var stop = new CancellationTokenSource();
        var run = trainer.RunAsync(null, stop.Token);
        while (trainer.SourceFailuresInARow == 0) await Task.Delay(1);
        Assert.That((run.IsCompleted, source.Opened), Is.EqualTo((false, 1)));
        await stop.CancelAsync();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        await trainer.DisposeAsync();
        await AssertGoesOnAsync(store, steps: 3);
    }

    [Test]
    public async Task A_source_that_cannot_be_told_what_is_durable_is_told_again_or_ends_the_run([Values] bool isTolerated)
    {
        using var parts = new Parts();
        var (told, tries) = (new List<StreamPosition>(), 0);
        var cause = new IOException("the broker is away");
        var source = new FailingSource(parts.Source)
        {
            Committed = position =>
            {
                if (++tries is > 1 and < 4) throw cause;
                told.Add(position);
            },
        };
        var store = new MemorySnapshotStore();
        await using var trainer = parts.Create(source, store, o => o.SourceFailures.Tolerated = isTolerated ? 5 : 0);
        if (!isTolerated)
        {
            Assert.That(Assert.ThrowsAsync<IOException>(() => trainer.RunAsync()), Is.SameAs(cause));
            var steps = trainer.Steps;
            await trainer.DisposeAsync();
            await AssertGoesOnAsync(store, steps);
            return;
        }
        await trainer.RunAsync();
        Assert.That(told[^1], Is.EqualTo(trainer.Position));
        Assert.That(parts.State(trainer), Is.EqualTo(await UndisturbedAsync()));
    }

    [Test]
    public void Waits_double_up_to_the_longest()
    {
        using var time = new ManualTime();
        var options = new SourceFailureOptions
        {
            Tolerated = null,
            RetryAfter = TimeSpan.FromSeconds(2),
            RetryAtMost = TimeSpan.FromSeconds(7),
        };
        var failures = new SourceFailures(options, NullLogger.Instance, time);
        var waits = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            failures.Add(new IOException(), isStopping: false);
            waits.Add(failures.RetryIn.TotalSeconds);
        }
        Assert.That(waits, Is.EqualTo(new double[] { 2, 4, 7, 7 }));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(failures.RetryIn.TotalSeconds, Is.EqualTo(4));
        failures.Clear();
        Assert.That((failures.Count, failures.Last, failures.RetryIn), Is.EqualTo((0, (Exception?)null, TimeSpan.Zero)));
        Assert.That(() => failures.Add(new IOException(), isStopping: true), Throws.TypeOf<IOException>(), "a run that ends anyway");
        Assert.That(failures.Count, Is.Zero);
    }

    [Test]
    public void What_cannot_be_tolerated_is_refused()
    {
        using var parts = new Parts();
        Assert.That(
            () => parts.Create(
                parts.Source, null, o => o.SourceFailures = new() { Tolerated = -1, RetryAfter = default, RetryAtMost = default }),
            Throws.TypeOf<OptionsValidationException>().With.Property(nameof(OptionsValidationException.Failures)).Exactly(2).Items);
        var once = new OnceSource(parts.Source);
        Assert.That(() => parts.Create(once, null, o => o.SourceFailures.Tolerated = 1),
            Throws.ArgumentException.With.Message.Contains("one time"));
    }

    // The commit holds all that was learned, so that the next trainer goes on behind it.
    private static async Task AssertGoesOnAsync(SnapshotStore store, long steps)
    {
        using var parts = new Parts();
        var learned = 0;
        await using var next = parts.Create(parts.Source, store, o => o.Scored = (_, _) => learned++);
        await next.RunAsync();
        Assert.That(learned, Is.EqualTo(Batches - steps));
        Assert.That(parts.State(next), Is.EqualTo(await UndisturbedAsync()));
    }

    private static async Task<string> UndisturbedAsync()
    {
        using var parts = new Parts();
        await using var trainer = parts.Create(parts.Source, null, _ => { });
        await trainer.RunAsync();
        return parts.State(trainer);
    }

    private sealed class OnceSource(ExampleSource inner) : ExampleSource
    {
        public override FeatureSchema Schema => inner.Schema;

        public override bool CanRewind => false;

        public override bool IsDeterministic => false;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            inner.ReadAsync(from, cancellationToken);
    }

    private sealed class Parts : IDisposable
    {
        private readonly EmbeddingTableSet _tables;
        private readonly OnlineModel _model;

        public Parts()
        {
            var schema = CrashScenario.CreateSchema();
            (_tables, _model) = (CrashScenario.CreateTables(schema), CrashScenario.CreateModel(schema));
            Source = CrashScenario.CreateSource(schema, Batches);
        }

        public ExampleSource Source { get; }

        public OnlineTrainer Create(
            ExampleSource source, SnapshotStore? store, Action<OnlineTrainerOptions> configure, TimeProvider? time = null)
        {
            var options = CrashScenario.CreateOptions();
            options.SourceFailures = new() { RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) };
            configure(options);
            return store is null
                ? new OnlineTrainer(_tables, _model, source, options, time)
                : new OnlineTrainer(_tables, _model, source, store, options, time);
        }

        public string State(OnlineTrainer trainer)
        {
            using var dense = new MemoryStream();
            _model.Save(dense);
            return string.Join('\n', [
                .. SavedState.Of(_tables), Convert.ToHexString(dense.ToArray()), $"{trainer.Steps}, at {trainer.Position}",
            ]);
        }

        public void Dispose()
        {
            _model.Dispose();
            _tables.Dispose();
        }
    }
}
