using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Observing;

namespace Monolith.Embeddings.Tests.Training.Observing;

/// <summary>What the meter shows of a trainer and its inputs.</summary>
public class TrainerMeterTests : LeakChecked
{
    private const int Examples = 4000, BatchSize = 100;

    private static readonly DateTimeOffset Start = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _name = "metered " + Guid.NewGuid();
    private FakeLogger _log = null!;

    [SetUp]
    public void Begin() => _log = new FakeLogger();

    [Test]
    public async Task Examples_inputs_times_and_the_store_are_shown()
    {
        using var time = new ManualTime(Start.AddSeconds(Examples + 100));
        using var measured = new Measured("monolith.training", "monolith.input", "monolith.store");
        using var run = new Run(_name, time, _log, (i, w, s) => w.Id(s[0], i % 50).Ids(s[1], i % 4 == 0 ? [] : [i, i + 1]));
        await run.Trainer.RunAsync();
        time.Advance(TimeSpan.FromSeconds(7));
        var now = measured.Now();
        double Of(string name, string tag = "") => now[$"{name} model={_name}{tag}"];
        Assert.Multiple(() =>
        {
            Assert.That(Of("monolith.training.examples"), Is.EqualTo(Examples));
            Assert.That(Of("monolith.training.lost_examples"), Is.Zero);
            Assert.That(Of("monolith.training.batch.age"), Is.EqualTo(7));
            Assert.That(Of("monolith.training.event_time.lag"), Is.EqualTo(108));
            Assert.That(Of("monolith.training.commit.age"), Is.EqualTo(7));
            Assert.That(Of("monolith.training.read.wait"), Is.Zero, "the clock stood");
            Assert.That(Of("monolith.input.ids", " slot=user"), Is.EqualTo(Examples));
            Assert.That(Of("monolith.input.ids", " slot=tags"), Is.EqualTo(1.5 * Examples));
            Assert.That(Of("monolith.input.empty_examples", " slot=user"), Is.Zero);
            Assert.That(Of("monolith.input.empty_examples", " slot=tags"), Is.EqualTo(Examples / 4));
            // A user occurs twice in the first batch.
            Assert.That(Of("monolith.input.new_ids", " slot=user"), Is.EqualTo(100));
            Assert.That(Of("monolith.input.silence", " slot=tags"), Is.Zero);
            Assert.That(Of("monolith.input.absent_numbers", " number=age"), Is.EqualTo(Examples / 2));
            Assert.That(Of("monolith.store.size", " kind=full"), Is.EqualTo(run.Trainer.NewestCommit!.Files.Sum(file => file.Length)));
        });
        await run.Trainer.DisposeAsync();
        Assert.That(measured.Now().Keys.Any(key => key.Contains(_name)), Is.False, "it is gone");
    }

    [Test]
    public void A_wait_counts_while_it_lasts_and_once()
    {
        using var time = new ManualTime();
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", r => r.Bias(new FtrlOptions()));
        builder.Slot("id", "ids");
        var figures = new TrainingFigures(_name, builder.Build(), _log, time);
        for (var wait = 0; wait < 3; wait++)
        {
            var before = TimeSpan.FromSeconds(7 * wait);
            Assert.That(figures.ReadWait, Is.EqualTo(before));
            figures.BeginWait(time.GetTimestamp());
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.That(figures.ReadWait, Is.EqualTo(before + TimeSpan.FromSeconds(5)));
            figures.BeginWait(time.GetTimestamp());
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.That(figures.ReadWait, Is.EqualTo(before + TimeSpan.FromSeconds(7)));
            figures.EndWait(before + TimeSpan.FromSeconds(7));
            time.Advance(TimeSpan.FromSeconds(100));
        }
        Assert.That(figures.ReadWait, Is.EqualTo(TimeSpan.FromSeconds(21)));
    }

    [Test]
    public async Task A_slot_that_falls_silent_is_told_of_once_and_when_it_is_back()
    {
        using var time = new ManualTime();
        using var measured = new Measured("monolith.input.silence");
        double? most = 0;
        using var run = new Run(_name, time, _log, (i, w, s) =>
        {
            w.Id(s[0], 1);
            if (i is < 500 or >= 3000) w.Id(s[1], 2);
        });
        run.Scored = () => most = Math.Max(most.Value, measured.Now()[$"monolith.input.silence model={_name} slot=tags"]);
        await run.Trainer.RunAsync();
        var told = _log.Collector.GetSnapshot().Where(r => r.Id.Id is 3021 or 3022).ToList();
        Assert.That(told.Select(r => r.Id.Id), Is.EqualTo(new[] { 3021, 3022 }));
        Assert.That(told[0].Message, Does.Contain("'tags'").And.Contain("last 1000 examples").And.Contain("share of 1 "));
        Assert.That(most, Is.EqualTo(2500));
    }

    [Test]
    public async Task New_ids_are_not_looked_for_where_nobody_listens()
    {
        using var time = new ManualTime();
        using var run = new Run(_name, time, _log, (i, w, s) => w.Id(s[0], i));
        await run.Trainer.RunAsync();
        using var measured = new Measured("monolith.input.new_ids");
        Assert.That(measured.Now()[$"monolith.input.new_ids model={_name} slot=user"], Is.Zero);
    }

    [Test]
    public void Counting_a_batch_allocates_nothing()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", r => r.Bias(new FtrlOptions()));
        FeatureSlot[] slots = [builder.Slot("one", "ids"), builder.Slot("ragged", "ids"), builder.Slot("silent", "ids")];
        var number = builder.Number("age");
        var schema = builder.Build();
        var (inputs, batch) = (new InputCounts(schema, NullLogger.Instance), new FeatureBatch(schema));
        for (var row = 0; row < 100; row++)
        {
            var writer = batch.BeginRow().Id(slots[0], row);
            if (row % 3 == 0) writer.Id(slots[1], row).Id(slots[1], -row).Number(number, row);
            batch.EndRow();
        }
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) inputs.Add(batch);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
        Assert.That((inputs.Of(slots[1]).EmptyExamples, inputs.AbsentNumbers(0)), Is.EqualTo((150 * 66L, 150 * 66L)));
    }

    private sealed class Run : IDisposable
    {
        private readonly EmbeddingTableSet _tables;
        private readonly OnlineModel _model;

        public Run(string name, ManualTime time, FakeLogger log, Action<int, ExampleWriter, FeatureSlot[]> write)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("ids", r => r.Bias(new FtrlOptions()));
            FeatureSlot[] slots = [builder.Slot("user", "ids"), builder.Slot("tags", "ids")];
            var age = builder.Number("age");
            var click = builder.Task("click");
            var schema = builder.Build();
            var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) =>
            {
                write(i, w, slots);
                if (i % 2 == 0) w.Number(age, i);
                w.Label(click, i % 3 == 0).At(Start.AddSeconds(i));
            });
            _tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1 << 24 }, time);
            _model = new HookedModel(new LogisticRegression(schema)) { Called = name };
            var options = new OnlineTrainerOptions { Logger = log, Scored = (_, _) => Scored?.Invoke() };
            Trainer = new OnlineTrainer(
                _tables, _model, ExampleSource.From(() => Enumerable.Range(0, Examples), encoder, BatchSize), new MemorySnapshotStore(),
                options, time);
        }

        public Action? Scored { get; set; }

        public OnlineTrainer Trainer { get; }

        public void Dispose()
        {
            Trainer.DisposeAsync().AsTask().Wait();
            _model.Dispose();
            _tables.Dispose();
        }
    }
}
