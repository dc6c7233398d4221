using Microsoft.Extensions.Options;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

public class OnlineTrainerTests
{
    private static readonly TimeSpan Rounding = TimeSpan.FromTicks(2);

    [Test]
    public async Task Two_runs_of_one_seed_give_the_same_bits([Values(0, 1, 8)] int readAhead)
    {
        using var first = new TrainerFixture();
        using var second = new TrainerFixture(configure: options => options.ReadAheadBatches = readAhead);
        await first.Trainer.RunAsync();
        await second.Trainer.RunAsync();
        Assert.That(second.Logits, Is.EqualTo(first.Logits));
        Assert.That(second.State().Rows, Is.EqualTo(first.State().Rows));
        Assert.That(second.State().Dense, Is.EqualTo(first.State().Dense));
    }

    [Test]
    public async Task A_run_that_was_cancelled_goes_on_as_if_it_had_not_been()
    {
        using var whole = new TrainerFixture();
        await whole.Trainer.RunAsync();
        using var stop = new CancellationTokenSource();
        using var stopped = new TrainerFixture();
        var progress = new Collector(report =>
        {
            if (report.Examples >= 2000) stop.Cancel();
        });
        Assert.That(async () => await stopped.Trainer.RunAsync(progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(stopped.Trainer.Examples, Is.GreaterThanOrEqualTo(2000).And.LessThan(TrainerFixture.Events));
        Assert.That(stopped.Trainer.Examples % TrainerFixture.BatchSize, Is.Zero);
        await stopped.Trainer.RunAsync();
        Assert.That(stopped.Logits, Is.EqualTo(whole.Logits));
        Assert.That(stopped.State().Rows, Is.EqualTo(whole.State().Rows));
        Assert.That(stopped.State().Dense, Is.EqualTo(whole.State().Dense));
    }

    [Test]
    public async Task Every_example_is_predicted_before_it_is_learned()
    {
        using var trained = new TrainerFixture();
        using var oracle = new TrainerFixture();
        await trained.Trainer.RunAsync();
        // The same steps by hand: look up, predict, and only then learn.
        var layer = new EmbeddingLayer(oracle.Tables, oracle.Schema);
        var (gradients, logits, ignored) =
            (new FeatureBlocks(oracle.Schema.Layout), new List<float>(), new float[TrainerFixture.BatchSize]);
        var step = 0;
        await foreach (var batch in oracle.Source.ReadAsync(StreamPosition.Start, CancellationToken.None))
        {
            var eventTime = (uint)(batch.EventTimesMilliseconds[^1] / 1000);
            layer.LookupOrAdmit(batch, At.Seconds(eventTime), step);
            var predicted = new float[batch.Rows];
            oracle.Model.Predict(new PredictContext(layer.Inputs, batch, predicted));
            logits.AddRange(predicted);
            gradients.Resize(batch.Rows);
            oracle.Model.Train(new TrainContext(layer.Inputs, batch, gradients, ignored.AsSpan(0, batch.Rows)));
            layer.ApplyGradients(gradients, At.Seconds(eventTime), step++);
            batch.Dispose();
            if (step == 10) break;
        }
        Assert.That(trained.PlainLogits.Take(logits.Count), Is.EqualTo(logits));
        Assert.That(trained.Trainer.Metrics.Total(trained.Schema.Tasks[0]).Examples, Is.EqualTo(TrainerFixture.Events));
    }

    [Test]
    public async Task History_and_then_the_stream_equal_the_whole()
    {
        using var whole = new TrainerFixture();
        await whole.Trainer.RunAsync();
        using var split = new TrainerFixture((clicks, encoder) =>
            ExampleSource.From(() => clicks.Take(2500), encoder, TrainerFixture.BatchSize)
                .Then(ExampleSource.From(() => clicks.Skip(2500), encoder, TrainerFixture.BatchSize)));
        await split.Trainer.RunAsync();
        Assert.That(split.Logits, Is.EqualTo(whole.Logits));
        Assert.That(split.State().Rows, Is.EqualTo(whole.State().Rows));
    }

    [Test]
    public async Task Progress_is_reported_after_each_window_and_at_the_end()
    {
        var reports = new List<TrainingProgress>();
        using var fixture = new TrainerFixture(configure: options => options.WindowExamples = 2500);
        var last = await fixture.Trainer.RunAsync(new Collector(reports.Add));
        Assert.That(reports.Select(r => r.Examples), Is.EqualTo([2500, 5000, 6000]));
        Assert.That(reports.Select(r => r.Window.Examples), Is.EqualTo([2500, 2500, 1000]));
        Assert.That(reports[^1], Is.EqualTo(last));
        Assert.That(last.Total.Examples, Is.EqualTo(6000));
        Assert.That((last.Steps, last.Rows), Is.EqualTo((60, fixture.Tables.Count)));
        Assert.That(last.MemoryBytes, Is.EqualTo(fixture.Tables.MemoryBytes));
        Assert.That(last.Position, Is.EqualTo(fixture.Trainer.Position));
    }

    [Test]
    public async Task A_stream_that_ends_with_its_window_is_reported_once()
    {
        var reports = new List<TrainingProgress>();
        using var fixture = new TrainerFixture(configure: options => options.WindowExamples = 2000);
        var last = await fixture.Trainer.RunAsync(new Collector(reports.Add));
        Assert.That(reports.Select(r => r.Examples), Is.EqualTo([2000, 4000, 6000]));
        Assert.That(last, Is.EqualTo(reports[^1]));
    }

    [Test]
    public async Task Stale_rows_are_evicted_as_event_time_passes()
    {
        using var never = new TrainerFixture(configure: options => options.EvictEvery = Timeout.InfiniteTimeSpan);
        using var often = new TrainerFixture(configure: options => options.EvictEvery = TimeSpan.FromMinutes(5));
        Assert.That((await never.Trainer.RunAsync()).Evicted, Is.Zero);
        var last = await often.Trainer.RunAsync();
        Assert.That(last.Evicted, Is.GreaterThan(0));
        Assert.That(last.Admitted - last.Evicted, Is.EqualTo(last.Rows));
        // What is older than the time to live by more than the schedule's gap is gone.
        Assert.That(often.Tables["users"].Count, Is.LessThan(never.Tables["users"].Count));
    }

    [Test]
    public void What_ends_the_stream_reaches_the_caller_after_the_batches_before_it([Values(0, 4)] int readAhead)
    {
        using var fixture = new TrainerFixture(
            (clicks, encoder) => ExampleSource.From(() => Broken(clicks), encoder, TrainerFixture.BatchSize),
            options => options.ReadAheadBatches = readAhead);
        Assert.That(async () => await fixture.Trainer.RunAsync(), Throws.TypeOf<ExampleSourceException>()
            .With.Message.EqualTo("The stream failed after record 350: torn").And.InnerException.TypeOf<InvalidDataException>());
        Assert.That(fixture.Trainer.Examples, Is.EqualTo(300));

        static IEnumerable<SyntheticClick> Broken(IEnumerable<SyntheticClick> clicks)
        {
            foreach (var click in clicks.Take(350)) yield return click;
            throw new InvalidDataException("torn");
        }
    }

    [Test]
    public async Task The_profile_accounts_for_the_run()
    {
        // One report, after the last phase.
        using var fixture = new TrainerFixture(configure: options =>
            (options.ProfileModel, options.WindowExamples) = (true, TrainerFixture.Events + 1));
        var last = await fixture.Trainer.RunAsync();
        Assert.That(Enum.GetValues<TrainingPhase>().Select(phase => fixture.Trainer.Profile[phase]), Is.All.GreaterThan(TimeSpan.Zero));
        Assert.That(fixture.Trainer.Profile.Total, Is.LessThanOrEqualTo(last.Elapsed + Rounding));
    }

    [Test]
    public async Task Telling_forward_from_backward_changes_no_bit()
    {
        using var plain = new TrainerFixture();
        using var profiled = new TrainerFixture(configure: options => options.ProfileModel = true);
        await plain.Trainer.RunAsync();
        await profiled.Trainer.RunAsync();
        Assert.That(profiled.Logits, Is.EqualTo(plain.Logits));
        Assert.That(profiled.State().Dense, Is.EqualTo(plain.State().Dense));
    }

    [Test]
    public void Misuse_is_refused()
    {
        using var fixture = new TrainerFixture();
        var source = ExampleSource.From(() => Enumerable.Empty<int>(), new ExampleEncoder<int>(fixture.Schema, (in _, _) => { }), 1);
        var other = TrainerUnderTest.OtherSchema();
        using var model = new DeepFm(other, new() { Hidden = [8] });
        using var tables = new EmbeddingTableSet(other, new() { MemoryLimitBytes = 1 << 26 });
        Assert.That(() => new OnlineTrainer(fixture.Tables, model, source), Throws.ArgumentException);
        Assert.That(() => new OnlineTrainer(tables, fixture.Model, source), Throws.ArgumentException);
        var options = new OnlineTrainerOptions { ReadAheadBatches = -1, WindowExamples = 0, EvictEvery = TimeSpan.Zero };
        var error = Assert.Throws<OptionsValidationException>(() => _ = new OnlineTrainer(fixture.Tables, fixture.Model, source, options));
        Assert.That(error!.Failures, Has.Exactly(3).Items);
    }

    [Test]
    public void A_batch_that_failed_in_the_middle_is_not_learned_twice()
    {
        using var fixture = new TrainerFixture();
        var progress = new Collector(_ => fixture.Tables["items"].Dispose());
        Assert.That(async () => await fixture.Trainer.RunAsync(progress), Throws.InstanceOf<ObjectDisposedException>());
        var steps = fixture.Trainer.Steps;
        Assert.That(
            async () => await fixture.Trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains($"after {steps} steps"));
        Assert.That(fixture.Trainer.Steps, Is.EqualTo(steps));
    }

    [Test]
    public async Task Only_one_run_at_a_time()
    {
        var entered = new TaskCompletionSource();
        var release = new ManualResetEventSlim();
        using var fixture = new TrainerFixture(configure: options => options.Scored = (_, _) =>
        {
            entered.TrySetResult();
            release.Wait();
        });
        var running = Task.Run(() => fixture.Trainer.RunAsync());
        await entered.Task;
        Assert.That(async () => await fixture.Trainer.RunAsync(), Throws.InvalidOperationException);
        release.Set();
        await running;
        Assert.That(fixture.Trainer.Examples, Is.EqualTo(TrainerFixture.Events));
    }

    private sealed class Collector(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
