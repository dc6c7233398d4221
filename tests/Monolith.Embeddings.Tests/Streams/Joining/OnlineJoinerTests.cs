using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

public class OnlineJoinerTests
{
    private const long Epoch = 1_000_000;

    private readonly JoinerFixture _fixture = new();

    [Test]
    public async Task Bad_records_cost_themselves_alone()
    {
        var bad = new List<string>();
        using var joiner = _fixture.NewJoiner();
        joiner.Add("log", Log(13, 1, 14, 2), JoinerFixture.Read, new()
        {
            Limit = 1,
            Handler = (record, _) =>
            {
                bad.Add($"{record.Place}: {record.Error.Message}");
                return ValueTask.CompletedTask;
            },
        });
        Assert.That(await ReadAsync(joiner), Is.EqualTo(new[] { (1L, 0f), (2, 0) }));
        Assert.That(bad, Is.EqualTo(new[] { "the start: Thirteen is no id." }).Or.EqualTo(new[] { "record 1: Thirteen is no id." }));
        Assert.That((joiner.BadRecords, joiner.SkippedRecords), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_bad_record_ends_the_reading_where_nothing_else_is_said()
    {
        using var joiner = _fixture.NewJoiner().Add("clicks", Log(1, 13), JoinerFixture.Read);
        var error = Assert.ThrowsAsync<ExampleSourceException>(() => ReadAsync(joiner));
        Assert.That(error!.Message, Does.Contain("'clicks'").And.Contain("Thirteen is no id."));
    }

    [Test]
    public void An_impression_without_a_time_is_told()
    {
        using var joiner = _fixture.NewJoiner().Add("log", new ScriptedLog([Impression(1, 0)], 0), JoinerFixture.Read);
        var error = Assert.ThrowsAsync<ExampleSourceException>(() => ReadAsync(joiner));
        Assert.That(error!.Message, Does.Contain("wrote no time"));
    }

    [Test]
    public void A_log_that_throws_ends_the_reading_with_its_name()
    {
        var log = new ChannelLog();
        using var joiner = _fixture.NewJoiner().Add("clicks", log, JoinerFixture.Read);
        log.Write(ScriptedKind.Impression, 1, Epoch);
        log.Complete(new IOException("The disk is gone."));
        var error = Assert.ThrowsAsync<ExampleSourceException>(() => ReadAsync(joiner));
        Assert.That(error!.Message, Does.Contain("'clicks'").And.Contain("The disk is gone."));
        Assert.That(error.InnerException, Is.InstanceOf<IOException>());
        // The joiner can be read again.
        Assert.ThrowsAsync<ExampleSourceException>(() => ReadAsync(joiner));
    }

    [Test]
    public async Task What_is_committed_is_told_to_each_log()
    {
        var (first, second) = (Log(1, 2, 3), new ScriptedLog([Impression(9, Epoch + 5000)], 0));
        using var joiner = _fixture.NewJoiner().Add("first", first, JoinerFixture.Read).Add("second", second, JoinerFixture.Read);
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            var item = _fixture.Only(batch).Item;
            using (batch) await joiner.CommittedAsync(batch.Position, default);
            if (item == 2) break;
        }
        Assert.That((first.Committed.Offset, second.Committed.Offset), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task What_a_log_brings_behind_its_end_for_times_that_have_passed_is_late()
    {
        List<ScriptedRecord> records = [Impression(1, Epoch), Impression(2, Epoch + 10)];
        using var joiner = _fixture.NewJoiner(options => options.AllowedLateness = TimeSpan.FromSeconds(1))
            .Add("log", new ScriptedLog(records, 0), JoinerFixture.Read);
        StreamPosition position = default;
        await foreach (var batch in joiner.ReadAsync(position, default))
        {
            position = batch.Position;
            batch.Dispose();
        }
        records.AddRange([Impression(3, Epoch + 5), Impression(4, Epoch + 500)]);
        var items = new List<long>();
        await foreach (var batch in joiner.ReadAsync(position, default))
        {
            using (batch) items.Add(_fixture.Only(batch).Item);
        }
        Assert.That(items, Is.EqualTo(new[] { 4L }));
        Assert.That(joiner.Status.Late, Is.EqualTo(1));
    }

    [Test]
    public async Task Positions_of_other_sources_and_of_other_logs_are_refused()
    {
        using var joiner = _fixture.NewJoiner().Add("a", Log(1, 2), JoinerFixture.Read);
        using var other = _fixture.NewJoiner().Add("b", Log(1, 2), JoinerFixture.Read);
        StreamPosition position = default;
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            position = batch.Position;
            batch.Dispose();
        }
        Assert.That(() => joiner.ReadAsync(new StreamPosition(new byte[] { 1, 2, 3 }), default),
            Throws.ArgumentException.With.Message.Contains("not made by a joiner"));
        Assert.That(() => other.ReadAsync(position, default), Throws.ArgumentException.With.Message.Contains("'a'"));
        using var fresh = _fixture.NewJoiner().Add("a", Log(1, 2), JoinerFixture.Read);
        Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var batch in fresh.ReadAsync(position, default)) batch.Dispose();
        });
    }

    [Test]
    public async Task A_joiner_has_logs_of_different_names_and_one_reading_at_a_time()
    {
        using var joiner = _fixture.NewJoiner();
        Assert.That(() => joiner.ReadAsync(StreamPosition.Start, default), Throws.InvalidOperationException);
        joiner.Add("log", Log(1, 2), JoinerFixture.Read);
        Assert.That(() => joiner.Add("log", Log(1), JoinerFixture.Read), Throws.ArgumentException);
        Assert.That(() => joiner.Add("", Log(1), JoinerFixture.Read), Throws.ArgumentException);
        await using var batches = joiner.ReadAsync(StreamPosition.Start, default).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync());
        batches.Current.Dispose();
        Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(joiner));
        Assert.That(() => joiner.Add("late", Log(1), JoinerFixture.Read), Throws.InvalidOperationException);
    }

    [Test]
    public void All_errors_of_options_are_told_at_once()
    {
        var options = new OnlineJoinerOptions
        {
            Window = TimeSpan.FromDays(-1),
            RememberClosedFor = TimeSpan.FromSeconds(1),
            DefaultLabel = 2,
            BatchSize = 0,
            MaxJump = TimeSpan.Zero,
            JumpConfirmations = 1,
            MaxDelay = TimeSpan.Zero,
            Feedback = DelayedFeedback.EarlyPositive,
            Aggregation = ActionAggregation.Sum,
        };
        var error = Assert.Throws<OptionsValidationException>(
            () => _ = new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
                JoinKeys.Int64, _fixture.Impressions, _fixture.Actions, options));
        string[] names =
        [
            "Window", "RememberClosedFor", "DefaultLabel", "BatchSize", "MaxJump", "JumpConfirmations", "MaxDelay", "Aggregation",
        ];
        foreach (var name in names)
            Assert.That(error!.Failures, Has.Some.Contains(name));
    }

    [Test]
    public async Task Actions_of_a_task_that_is_not_named_are_bad_records()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions()));
        var item = builder.Slot("item", "items");
        var (click, buy) = (builder.Task("click"), builder.Task("buy"));
        var encoder = new ExampleEncoder<ScriptedRecord>(
            builder.Build(), (in ScriptedRecord record, ExampleWriter writer) => writer.Id(item, record.Id).At(record.Time));
        using var joiner = new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
            JoinKeys.Int64, new(encoder, record => record.Key),
            new([click], record => record.Key, _ => DateTimeOffset.UnixEpoch, _ => new JoinedLabel(buy)), JoinerFixture.Options());
        joiner.AddActions("log", Log(1), new() { Limit = long.MaxValue });
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default)) batch.Dispose();
        Assert.That(joiner.BadRecords, Is.EqualTo(1));
    }

    [Test]
    public void A_task_that_makes_up_for_another_mode_is_refused(
        [Values] FeedbackCorrection correction, [Values] DelayedFeedback feedback)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions()));
        var item = builder.Slot("item", "items");
        var click = builder.Task("click", new() { Correction = correction });
        var encoder = new ExampleEncoder<ScriptedRecord>(
            builder.Build(), (in ScriptedRecord record, ExampleWriter writer) => writer.Id(item, record.Id).At(record.Time));
        var fits = correction switch
        {
            FeedbackCorrection.None => true,
            FeedbackCorrection.DelayModel => feedback == DelayedFeedback.DelayModel,
            _ => feedback == DelayedFeedback.FakeNegative,
        };
        TestDelegate make = () => new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
            JoinKeys.Int64, new(encoder, record => record.Key), new(click, record => record.Key, _ => DateTimeOffset.UnixEpoch),
            JoinerFixture.Options(options => options.Feedback = feedback)).Dispose();
        if (fits) Assert.That(make, Throws.Nothing);
        else Assert.That(make, Throws.ArgumentException.With.Message.Contains("'click'").And.Message.Contains($"{feedback}"));
    }

    [Test]
    public async Task Late_records_and_logs_that_go_on_behind_their_end_are_told()
    {
        var log = new FakeLogger();
        var late = new ScriptedLog([Impression(1, Epoch), Impression(2, Epoch + 500), Impression(3, Epoch + 10)], 0);
        using var joiner = _fixture.NewJoiner(options => (options.Logger, options.JumpConfirmations) = (log, 2))
            .Add("log", late, JoinerFixture.Read);
        StreamPosition last = default;
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            last = batch.Position;
            batch.Dispose();
        }
        Assert.That(log.Collector.GetSnapshot().Select(record => record.Id.Id), Is.EqualTo(new[] { 5013 }));
        Assert.That(log.LatestRecord.Message, Does.StartWith("1 records"));
        await foreach (var batch in joiner.ReadAsync(last, default)) batch.Dispose();
        Assert.That(log.LatestRecord.Id.Id, Is.EqualTo(5012));
    }

    private static ScriptedRecord Impression(long id, long time) => new(ScriptedKind.Impression, id, time, id, 0, 0);

    private static ScriptedLog Log(params long[] ids) => new([.. ids.Select((id, i) => Impression(id, Epoch + (i * 10)))], 0);

    private async Task<List<(long Item, float Label)>> ReadAsync(ExampleSource joiner)
    {
        var rows = new List<(long Item, float Label)>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            using (batch) rows.Add(_fixture.Only(batch));
        }
        return rows;
    }
}
