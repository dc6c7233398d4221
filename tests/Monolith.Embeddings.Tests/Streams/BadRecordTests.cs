using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>Records that cannot be encoded, and those that are left out on purpose.</summary>
[TestFixture]
public sealed class BadRecordTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task They_are_skipped_up_to_the_limit_and_handed_over([Values(1, 4, 64)] int batchSize)
    {
        var bad = new List<BadRecord<int>>();
        var source = Source(count: 20, every: 5, new()
        {
            BatchSize = batchSize,
            BadRecords = { Limit = 4, Handler = (record, _) => { bad.Add(record); return default; } },
        });
        var batches = await _fixture.ReadAll(source);
        Assert.That(
            batches.SelectMany(batch => batch.Ids), Is.EqualTo(Enumerable.Range(0, 20).Where(n => n % 5 != 4).Select(n => (long)n)));
        Assert.That(bad.Select(record => record.Value), Is.EqualTo(new[] { 4, 9, 14, 19 }));
        var places = new long[] { 5, 10, 15, 20 }.Select(number => new RecordPlace { Number = number });
        Assert.That(bad.Select(record => record.Place), Is.EqualTo(places));
        Assert.That(bad.Select(record => record.Count), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(bad.Select(record => record.Error.Message), Is.All.EqualTo("a bad record"));
        Assert.That(source.BadRecords, Is.EqualTo(4));
    }

    [Test]
    public void One_more_than_the_limit_ends_the_reading_and_says_how_to_go_on()
    {
        var handed = 0;
        var source = Source(count: 20, every: 5, new()
        {
            BadRecords = { Limit = 2, Handler = (_, _) => { handed++; return default; } },
        });
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await _fixture.ReadAll(source));
        Assert.That(failure!.Message, Does.StartWith("Record 15 cannot be encoded: a bad record It is number 3; Limit allows 2."));
        Assert.That(failure!.Message, Does.Contain("BadRecords").And.Contain("ExampleWriter.Skip"));
        Assert.That((failure.Place, handed), Is.EqualTo((new RecordPlace { Number = 15 }, 3)));
    }

    [Test]
    public async Task Reading_from_each_position_yields_what_is_left_of_a_stream_with_bad_and_skipped_records()
    {
        var source = Source(count: 40, every: 3, new() { BatchSize = 4, BadRecords = { Limit = long.MaxValue } }, skipEvery: 7);
        var batches = await _fixture.ReadAll(source);
        Assert.That((source.BadRecords, source.SkippedRecords), Is.EqualTo((13, 4)));
        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await _fixture.ReadAll(source, batches[i].Position);
            Assert.That(rest.Select(batch => batch.Ids), Is.EqualTo(batches.Skip(i + 1).Select(batch => batch.Ids)));
            Assert.That(rest.Select(batch => batch.Position), Is.EqualTo(batches.Skip(i + 1).Select(batch => batch.Position)));
        }
    }

    [Test]
    public async Task A_stream_of_bad_records_alone_has_no_batch()
    {
        var source = Source(count: 9, every: 1, new() { BatchSize = 2, BadRecords = { Limit = 9 } });
        Assert.That(await _fixture.ReadAll(source), Is.Empty);
        Assert.That(source.Then(source).BadRecords, Is.EqualTo(18), "a sequence counts what its parts count");
    }

    [Test]
    public void What_the_handler_throws_ends_the_reading()
    {
        var source = Source(5, 2, new() { BadRecords = { Limit = 9, Handler = (_, _) => throw new IOException("no disk") } });
        Assert.That(async () => await _fixture.ReadAll(source), Throws.TypeOf<IOException>());
    }

    [Test]
    public async Task A_trainer_with_a_store_goes_on_behind_them_after_a_restart()
    {
        var store = new MemorySnapshotStore();
        Assert.That(async () => await TrainAsync(store, limit: 0), Throws.TypeOf<ExampleSourceException>());
        Assert.That(async () => await TrainAsync(store, limit: 0), Throws.TypeOf<ExampleSourceException>()
            .With.Message.StartsWith("Record 50 "), "at the same record each time");
        Assert.That(await TrainAsync(store, limit: 1), Is.EqualTo(99));
        Assert.That(await TrainAsync(store, limit: 0), Is.EqualTo(99), "nothing is left, and the bad record lies behind");
    }

    private static async Task<long> TrainAsync(SnapshotStore store, long limit)
    {
        var fixture = new LabelledNumbers();
        using var tables = new EmbeddingTableSet(fixture.Schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new LogisticRegression(fixture.Schema);
        var source = ExampleSource.From(() => Enumerable.Range(1, 100), fixture.Encoder,
            new RecordOptions<int> { BatchSize = 8, BadRecords = { Limit = limit } });
        var options = new OnlineTrainerOptions { Synchronization = { SparseEvery = Schedule.ByBatches(1) } };
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        await trainer.RunAsync();
        return trainer.Examples;
    }

    private ExampleSource Source(int count, int every, RecordOptions<int> options, int skipEvery = int.MaxValue)
    {
        var encoder = new ExampleEncoder<int>(_fixture.Schema, (in int number, ExampleWriter writer) =>
        {
            writer.Id(_fixture.Slot, number);
            if (number % every == every - 1) throw new InvalidDataException("a bad record");
            if (number % skipEvery == skipEvery - 1) writer.Skip();
        });
        return ExampleSource.From(() => Enumerable.Range(0, count), encoder, options);
    }

    /// <summary>Numbers with a label; that of 50 cannot be encoded.</summary>
    private sealed class LabelledNumbers
    {
        public LabelledNumbers()
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("numbers", row => row.Bias(new Monolith.Embeddings.Optimizers.SgdOptions()));
            var (slot, task) = (builder.Slot("number", "numbers"), builder.Task("click"));
            Schema = builder.Build();
            Encoder = new(Schema, (in int number, ExampleWriter writer) =>
                writer.Id(slot, number).Label(task, number == 50 ? 2 : 1));
        }

        public FeatureSchema Schema { get; }

        public ExampleEncoder<int> Encoder { get; }
    }
}
