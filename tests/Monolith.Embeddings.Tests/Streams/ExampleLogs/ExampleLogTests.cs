using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Features.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ExampleLogTests
{
    private readonly LogFixture _f = new();
    private readonly MemorySnapshotStore _store = new();

    [Test]
    public async Task What_passed_is_read_back([Values(1, 3, 100)] int batchesACommit)
    {
        await _f.WriteAsync(_store, 1000, batchesACommit);
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 1000)));
        var status = await new ExampleLog(_store).ReadStatusAsync();
        Assert.That((status.FirstRow, status.NextRow, status.Rows), Is.EqualTo((0, 1000, 1000)));
        Assert.That(status.Files[0].FirstEventTimeMilliseconds, Is.Zero);
        Assert.That(status.Files[^1].LastEventTimeMilliseconds, Is.EqualTo(999_000));
        Assert.That(status.Bytes, Is.EqualTo((await _store.ListAsync()).Sum(file => file.Length)), "nothing else is left");
        var check = await new ExampleLog(_store).VerifyAsync();
        Assert.That((check.Faults.Count, check.UnlistedFiles.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Examples_of_any_schema_come_back_to_the_bit([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        var schema = RandomExamples.Schema(random);
        var texts = new List<string>();
        var pool = Enumerable.Range(0, 30).Select(_ => RandomExamples.Batch(schema, random, random.Next(1, 40))).ToArray();
        for (var i = 0; i < pool.Length; i++) pool[i].Position = new StreamPosition(new[] { (byte)(i + 1) });
        var source = new BatchSource(schema, pool).LoggedTo(new ExampleLog(_store));
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, default))
        {
            for (var row = 0; row < batch.Rows; row++) texts.Add(ExampleText.Of(batch, row));
            if (random.Next(3) == 0) await source.CommittedAsync(batch.Position, default);
        }
        await source.CommittedAsync(pool[^1].Position, default);
        var read = new List<string>();
        await foreach (var batch in new ExampleLogSource(new ExampleLog(_store), schema).ReadAsync(StreamPosition.Start, default))
        {
            for (var row = 0; row < batch.Rows; row++) read.Add(ExampleText.Of(batch, row));
            batch.Dispose();
        }
        Assert.That(read, Is.EqualTo(texts));
    }

    [Test]
    public async Task What_was_not_committed_is_not_there()
    {
        var source = _f.Numbers(100).LoggedTo(new ExampleLog(_store));
        var positions = new List<StreamPosition>();
        await _f.ReadAsync(source, default, positions);
        await source.CommittedAsync(positions[9], default);
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 40)));
    }

    [Test]
    public async Task Merging_changes_no_position()
    {
        var (log, writing) = (new ExampleLog(_store), _f.Numbers(400).LoggedTo(new ExampleLog(_store)));
        var (files, positions) = (new List<int>(), new List<StreamPosition>());
        await foreach (var batch in writing.ReadAsync(default, default))
        {
            await writing.CommittedAsync(batch.Position, default);
            batch.Dispose();
            files.Add((await log.ReadStatusAsync()).Files.Count);
            if (files.Count == 40) await _f.ReadAsync(new ExampleLogSource(log, _f.Schema), default, positions);
        }
        Assert.That((files.Max(), files[^1]), Is.EqualTo((7 + 7, 1 + 4 + 4)), "eight of a kind are one");
        for (var i = 0; i < positions.Count; i++)
        {
            var rest = LogFixture.Range(0, 400).Skip(Math.Min(160, 64 * (i + 1)));
            Assert.That(await _f.ReadAsync(_store, from: positions[i]), Is.EqualTo(rest));
        }
        Assert.That(positions, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Files_of_a_span_of_time_that_is_over_are_merged_up_to_their_size()
    {
        await _f.WriteAsync(_store, 400, 1, new() { RotateEvery = TimeSpan.FromSeconds(100) });
        var files = (await new ExampleLog(_store).ReadStatusAsync()).Files;
        Assert.That(files.Take(3).Select(file => file.Rows), Is.EqualTo(new[] { 100, 100, 100 }));
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 400)));
    }

    [Test]
    public async Task A_reading_may_begin_at_a_row_or_an_event_time()
    {
        await _f.WriteAsync(_store, 200, 3);
        Assert.That(await _f.ReadAsync(_store, new() { FromRow = 77 }), Is.EqualTo(LogFixture.Range(77, 123)));
        Assert.That(await _f.ReadAsync(_store, new() { FromEventTime = DateTimeOffset.FromUnixTimeMilliseconds(76_001) }),
            Is.EqualTo(LogFixture.Range(77, 123)));
        Assert.That(await _f.ReadAsync(_store, new() { FromEventTime = DateTimeOffset.FromUnixTimeMilliseconds(200_000) }), Is.Empty);
        Assert.That(() => _f.ReadAsync(_store, new() { FromRow = 201 }), Throws.InstanceOf<ExampleSourceException>());
    }

    [Test]
    public async Task A_reading_may_wait_for_more()
    {
        using var stop = new CancellationTokenSource();
        using var time = new ManualTime();
        var log = new ExampleLog(_store);
        var reader = new ExampleLogSource(log, _f.Schema, new() { Follow = true, Records = new() { BatchSize = 10 } }, time);
        await _f.WriteAsync(_store, 25, 3);
        await using var batches = reader.ReadAsync(default, stop.Token).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync() && await batches.MoveNextAsync(), Is.True);
        var waiting = batches.MoveNextAsync();
        Assert.That(waiting.IsCompleted, Is.False);
        await stop.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Old_files_go_and_their_positions_are_told()
    {
        var options = new ExampleLogOptions { RotateEvery = TimeSpan.FromSeconds(10), MaxAge = TimeSpan.FromSeconds(50) };
        await _f.WriteAsync(_store, 200, 1, options);
        var status = await new ExampleLog(_store).ReadStatusAsync();
        Assert.That(status.FirstRow, Is.InRange(100, 149));
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range((int)status.FirstRow, 200 - (int)status.FirstRow)));
        Assert.That(() => _f.ReadAsync(_store, new() { FromRow = 5 }), Throws.InstanceOf<ExampleSourceException>()
            .With.Message.Contains("row 5").And.Message.Contains(nameof(ExampleLogSourceOptions.SkipDeleted)));
        var source = new ExampleLogSource(new ExampleLog(_store), _f.Schema, new() { FromRow = 5, SkipDeleted = true });
        Assert.That(await _f.ReadAsync(source), Has.Count.EqualTo(200 - status.FirstRow));
        Assert.That(source.LostRows, Is.EqualTo(status.FirstRow - 5));
        Assert.That((await _store.ListAsync()).Count, Is.EqualTo(status.Files.Count));
    }

    [Test]
    public async Task A_far_event_time_deletes_nothing_before_its_time()
    {
        using var time = new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(30_000));
        var encoder = new ExampleEncoder<int>(_f.Schema, (in int number, ExampleWriter writer) =>
            writer.Id(_f.Slot, number).At(number == 5 ? 1L << 50 : number * 1000));
        var log = new ExampleLog(_store, new() { MaxAge = TimeSpan.FromMinutes(1) }, time);
        var source = ExampleSource.From(() => Enumerable.Range(0, 20), encoder, 1).LoggedTo(log);
        await foreach (var batch in source.ReadAsync(default, default))
        {
            await source.CommittedAsync(batch.Position, default);
            batch.Dispose();
        }
        Assert.That((await log.ReadStatusAsync()).Rows, Is.EqualTo(20));
    }

    [Test]
    public async Task A_log_that_does_not_fit_is_refused_and_left_alone()
    {
        await _f.WriteAsync(_store, 20, 1);
        Assert.That(() => _f.WriteAsync(_store, 20, 1), Throws.InstanceOf<SnapshotException>()
            .With.Message.Contains(nameof(ExampleLogOptions.AcceptOtherHistory)));
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 20)));
        await _f.WriteAsync(_store, 20, 1, new() { AcceptOtherHistory = true });
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 20).Concat(LogFixture.Range(0, 20))));
        Assert.That(() => _f.ReadAsync(new MemorySnapshotStore()), Throws.InstanceOf<ExampleSourceException>(), "no log at all");
    }

    [Test]
    public async Task A_writer_that_was_replaced_lists_nothing_more()
    {
        var old = _f.Numbers(40).LoggedTo(new ExampleLog(_store));
        var positions = new List<StreamPosition>();
        await _f.ReadAsync(old, default, positions);
        await _f.WriteAsync(_store, 20, 1);
        Assert.That(async () => await old.CommittedAsync(positions[3], default),
            Throws.InstanceOf<SnapshotException>().With.Property(nameof(SnapshotException.IsReplaced)).True);
        Assert.That(await _f.ReadAsync(_store), Is.EqualTo(LogFixture.Range(0, 20)));
    }

    [Test]
    public async Task Another_schema_reads_by_name()
    {
        var (all, other) = (new LogFixture("number", "more", "last"), new LogFixture("last", "number"));
        await all.WriteAsync(_store, 30, 2);
        var seen = 0;
        await foreach (var batch in new ExampleLogSource(new ExampleLog(_store), other.Schema).ReadAsync(default, default))
        {
            Assert.That(batch.Ids(other.Schema.Slots[0]).ToArray(), Is.EqualTo(LogFixture.Range(2000 + seen, batch.Rows)));
            Assert.That(batch.Ids(other.Schema.Slots[1]).ToArray(), Is.EqualTo(LogFixture.Range(seen, batch.Rows)));
            Assert.That(batch.Labels(other.Click).ToArray(), Is.EqualTo(Enumerable.Range(seen, batch.Rows).Select(n => n % 2)));
            seen += batch.Rows;
            batch.Dispose();
        }
        Assert.That(seen, Is.EqualTo(30));
    }

    [Test]
    public async Task What_another_schema_misses_is_named_or_empty()
    {
        var wanted = new LogFixture("number", "new", "newer");
        await _f.WriteAsync(_store, 6, 2);
        Assert.That(() => wanted.ReadAsync(_store), Throws.InstanceOf<ExampleSourceException>()
            .With.Message.Contains("slot 'new'").And.Message.Contains("slot 'newer'")
            .And.Message.Contains(nameof(ExampleLogSourceOptions.AllowMissing)));
        Assert.That(await wanted.ReadAsync(_store, new() { AllowMissing = true }), Is.EqualTo(LogFixture.Range(0, 6)));
    }

    [Test]
    public void A_log_is_a_stage_once()
    {
        var log = new ExampleLog(_store);
        _f.Numbers(1).LoggedTo(log);
        Assert.That(() => _f.Numbers(1).LoggedTo(log), Throws.InvalidOperationException);
    }

    [Test]
    public void Options_that_cannot_be_used_are_all_told()
    {
        var options = new ExampleLogOptions
        {
            RotateBytes = 1,
            RotateEvery = TimeSpan.Zero,
            MaxAge = TimeSpan.Zero,
            MaxBytes = 0,
            MaxPendingBytes = -1,
        };
        var thrown = Assert.Throws<OptionsValidationException>(() => new ExampleLog(_store, options))!;
        Assert.That(thrown.Failures.Count(), Is.EqualTo(5));
    }

    private sealed class BatchSource(FeatureSchema schema, ExampleBatch[] batches) : ExampleSource
    {
        public override FeatureSchema Schema => schema;

        public override bool CanRewind => true;

        public override bool IsDeterministic => true;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            batches.ToAsyncEnumerable();
    }
}
