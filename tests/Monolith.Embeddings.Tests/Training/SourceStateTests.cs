using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// What a source needs beside a position lies in the commits of its trainer, as it was after the last batch that was learned.
/// </summary>
public class SourceStateTests : LeakChecked
{
    [Test]
    public async Task A_source_with_state_goes_on_from_any_commit_to_the_same_bits([Values(0, 2, 64)] int ahead)
    {
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, ahead, schema => new StatefulSource(schema, 120));
        foreach (var batches in new[] { 1, 7, 30, 31, 65, 120 })
            await TrainAsync(parts, ahead, schema => new StatefulSource(schema, batches));
        Assert.That(await RestoredTrainer.FromAsync(parts), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }

    [Test]
    public async Task A_part_of_a_sequence_keeps_its_state_and_loses_it_with_its_end()
    {
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, 2, schema => SequenceOf(schema, 45, 60));
        foreach (var (first, second) in new[] { (25, 0), (45, 3), (45, 33), (45, 60) })
            await TrainAsync(parts, 2, schema => SequenceOf(schema, first, second));
        Assert.That(await RestoredTrainer.FromAsync(parts), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));

        static ExampleSource SequenceOf(FeatureSchema schema, int first, int second) => CrashScenario.CreateSource(schema, 10)
            .Then(new StatefulSource(schema, first)).Then(new StatefulSource(schema, second));
    }

    [Test]
    public async Task Segments_are_written_once_and_only_those_live_that_the_newest_state_keeps()
    {
        var store = new MemorySnapshotStore();
        StatefulSource? source = null;
        await TrainAsync(store, 2, schema => source = new StatefulSource(schema, 100));
        Assert.That(source!.Written, Is.Unique.And.Contain(9));
        Assert.That(await LivingAsync(store), Is.EqualTo(new[] { "8", "9" }));
    }

    [Test]
    public async Task A_store_that_fails_meanwhile_loses_nothing_of_it()
    {
        var (store, whole) = (new FaultyStore(), new MemorySnapshotStore());
        await TrainAsync(whole, 2, schema => new StatefulSource(schema, 100));
        var batches = 0;
        await TrainAsync(store, 2, schema => new StatefulSource(schema, 100), o => o.Scored = (_, _) =>
        {
            batches++;
            (store.IsFull, store.LosesAnswers, store.RefusesManifests) =
                (batches is > 5 and < 25, batches is > 35 and < 55, batches is > 65 and < 85);
        });
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
        Assert.That(await LivingAsync(store), Is.EqualTo(new[] { "8", "9" }));
    }

    [Test]
    public async Task Another_run_of_one_trainer_reads_again_from_the_last_batch_that_was_learned()
    {
        var (store, whole) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, 16, schema => new StatefulSource(schema, 100));
        using var stop = new CancellationTokenSource();
        var batches = 0;
        await using (var trainer = Of(store, 16, schema => new StatefulSource(schema, 100), o => o.Scored = (_, _) =>
        {
            if (++batches == 40) stop.Cancel();
        }))
        {
            Assert.ThrowsAsync<OperationCanceledException>(() => trainer.Trainer.RunAsync(null, stop.Token));
            await trainer.Trainer.RunAsync();
        }
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }

    [Test]
    public async Task A_source_with_state_that_throws_is_read_again_where_training_stands([Values(0, 2, 64)] int ahead)
    {
        var (store, whole) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, ahead, schema => new StatefulSource(schema, 100));
        FailingSource? source = null;
        await TrainAsync(
            store, ahead,
            schema => source = new FailingSource(new StatefulSource(schema, 100)) { FailsBefore = (_, batch) => batch > 13 },
            o => o.SourceFailures = new() { Tolerated = 1, RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) });
        Assert.That(source!.Opened, Is.EqualTo(8));
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(await RestoredTrainer.FromAsync(whole)));
    }

    [Test]
    public async Task Epochs_before_a_source_with_state_may_end_early([Values] bool restoresBest)
    {
        var (store, whole) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, 2, schema => SequenceOf(schema, restoresBest ? 1 : 2));
        await TrainAsync(store, 2, schema => SequenceOf(schema, 9), o => o.EarlyStop = new()
        {
            Validation = CrashScenario.CreateSource(CrashScenario.CreateSchema(), 3),
            MinImprovement = 10,
            RestoreBest = restoresBest,
        });
        var trained = (await RestoredTrainer.FromAsync(store)).Where(line => !line.StartsWith("early-stop", StringComparison.Ordinal));
        Assert.That(trained, Is.EqualTo(await RestoredTrainer.FromAsync(whole)));

        static ExampleSource SequenceOf(FeatureSchema schema, int epochs) =>
            CrashScenario.CreateSource(schema, 10).Epochs(epochs).Then(new StatefulSource(schema, 40));
    }

    [Test]
    public async Task A_source_without_state_refuses_a_commit_with_one_and_takes_nothing_over()
    {
        var store = new MemorySnapshotStore();
        await TrainAsync(store, 2, schema => new StatefulSource(schema, 20));
        var before = await RestoredTrainer.FromAsync(store);
        var refusal = Assert.ThrowsAsync<SnapshotException>(() => TrainAsync(store, 2, schema => CrashScenario.CreateSource(schema, 50)));
        Assert.That(refusal!.Fault, Is.EqualTo(SnapshotFault.Mismatch));
        Assert.That(refusal.Message, Does.Contain("1 sections and 2 segments"));
        await TrainAsync(store, 2, schema => new StatefulSource(schema, 20));
        Assert.That(await RestoredTrainer.FromAsync(store), Is.EqualTo(before));
    }

    [Test]
    public void States_within_others_have_names_of_their_own()
    {
        var (inner, outer) = (new SourceState(), new SourceState());
        inner.Add("a", new byte[] { 1 });
        inner.Keep(new SourceSegment("s", (_, _) => Task.CompletedTask));
        outer.Add("a", new byte[] { 2 });
        outer.Add("in:", inner);
        Assert.That(outer.Sections.Keys, Is.EqualTo(new[] { "a", "in:a" }));
        Assert.That(outer.Segments.Select(s => s.Name), Is.EqualTo(new[] { "in:s" }));
        var back = outer.Of("in:");
        Assert.That(back.Sections["a"].ToArray(), Is.EqualTo(new byte[] { 1 }));
        Assert.That(back.Segments.Select(s => s.Name), Is.EqualTo(new[] { "s" }));
        Assert.That(() => outer.Add("a", new byte[1]), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(() => outer.Add("x/y", new byte[1]), Throws.ArgumentException.With.Message.Contains("slash"));
        Assert.That(() => outer.Add(new string('x', 201), new byte[1]), Throws.ArgumentException.With.Message.Contains("201"));
        Assert.That(() => outer.Keep(new SourceSegment("in:s", (_, _) => Task.CompletedTask)), Throws.ArgumentException);
        Assert.ThrowsAsync<InvalidOperationException>(() => new SourceSegment("s", (_, _) => Task.CompletedTask).OpenAsync());
    }

    private static async Task<string[]> LivingAsync(SnapshotStore store)
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        return [.. manifest!.SegmentsOf(manifest.Newest!).Select(segment => segment.Name)];
    }

    private static async Task TrainAsync(
        SnapshotStore store, int ahead, Func<FeatureSchema, ExampleSource> source, Action<OnlineTrainerOptions>? configure = null)
    {
        await using var trainer = Of(store, ahead, source, configure);
        await trainer.Trainer.RunAsync();
    }

    private static Whole Of(
        SnapshotStore store, int ahead, Func<FeatureSchema, ExampleSource> source, Action<OnlineTrainerOptions>? configure = null)
    {
        var options = CrashScenario.CreateOptions();
        options.ReadAheadBatches = ahead;
        options.Synchronization.Failures = new() { RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) };
        configure?.Invoke(options);
        return new Whole(store, source, options);
    }

    private sealed class Whole : IAsyncDisposable
    {
        private readonly EmbeddingTableSet _tables;
        private readonly OnlineModel _model;

        public Whole(SnapshotStore store, Func<FeatureSchema, ExampleSource> source, OnlineTrainerOptions options)
        {
            var schema = CrashScenario.CreateSchema();
            (_tables, _model) = (CrashScenario.CreateTables(schema), CrashScenario.CreateModel(schema));
            Trainer = new OnlineTrainer(_tables, _model, source(schema), store, options);
        }

        public OnlineTrainer Trainer { get; }

        public async ValueTask DisposeAsync()
        {
            await Trainer.DisposeAsync();
            _tables.Dispose();
            _model.Dispose();
        }
    }
}
