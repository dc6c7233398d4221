using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

[TestFixture]
public sealed class LogSourceTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task Each_position_opens_the_log_there_and_nothing_before_it_is_read([Values(1, 3, 10)] int batchSize)
    {
        var logs = new TwoLogs(_fixture, new() { BatchSize = batchSize });
        var batches = await _fixture.ReadAll(logs);
        Assert.That(batches.SelectMany(batch => batch.Ids), Is.EqualTo(TwoLogs.All));
        for (var i = 0; i < batches.Count; i++)
        {
            logs.Read.Clear();
            var rest = await _fixture.ReadAll(logs, batches[i].Position);
            Assert.That(rest.Select(batch => batch.Ids), Is.EqualTo(batches.Skip(i + 1).Select(batch => batch.Ids)));
            Assert.That(rest.Select(batch => batch.Position), Is.EqualTo(batches.Skip(i + 1).Select(batch => batch.Position)));
            Assert.That(logs.Read, Is.EqualTo(TwoLogs.All.Skip(batches.Take(i + 1).Sum(batch => batch.Ids.Length))));
        }
        Assert.That((logs.CanRewind, logs.IsDeterministic, logs.Schema), Is.EqualTo((true, true, _fixture.Schema)));
    }

    [Test]
    public async Task What_is_durable_is_told_as_a_place()
    {
        var logs = new TwoLogs(_fixture, new() { BatchSize = 7 });
        var batches = await _fixture.ReadAll(logs);
        await logs.CommittedAsync(StreamPosition.Start, default);
        await logs.CommittedAsync(batches[0].Position, default);
        Assert.That(logs.Committed, Is.EqualTo(new[] { new LogPosition("b", 20) }));
    }

    [Test]
    public void A_stream_that_fails_is_placed_behind_the_last_record([Values(0, 2, 6)] int records)
    {
        var logs = new TwoLogs(_fixture, new() { BatchSize = 1 }) { FailAfter = records };
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await _fixture.ReadAll(logs));
        Assert.That(failure!.InnerException, Is.TypeOf<IOException>());
        Assert.That(failure!.Message, Does.Contain(records switch
        {
            0 => "at its beginning",
            2 => "after a, line 2",
            _ => "after b, line 1",
        }).And.Contain("the disk is gone"));
    }

    [Test]
    public void A_bad_record_is_placed_by_its_line()
    {
        var encoder = new ExampleEncoder<int>(_fixture.Schema, (in int number, ExampleWriter writer) =>
            writer.Id(_fixture.Slot, number, number == 100 ? float.NaN : 1));
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await _fixture.ReadAll(new TwoLogs(encoder, new())));
        Assert.That(failure!.Message, Does.StartWith("b, line 1 cannot be encoded: Slot 'number' has a weight"));
        Assert.That(failure.Place, Is.EqualTo(new RecordPlace { Number = 6, Log = new LogPosition("b", 0), Line = 1 }));
    }

    [Test]
    public void Options_are_validated_and_copied()
    {
        Assert.That(() => new TwoLogs(_fixture, new() { BatchSize = 0, MaxDelay = TimeSpan.Zero, BadRecords = { Limit = -1 } }),
            Throws.TypeOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("BatchSize")
                .And.Message.Contains("MaxDelay").And.Message.Contains("BadRecords.Limit"));
        Assert.That(new TwoLogs(_fixture, new() { MaxDelay = TimeSpan.FromSeconds(1) }).IsDeterministic, Is.False);
        Assert.That(new TwoLogs(_fixture, new() { IsDeterministic = false }).IsDeterministic, Is.False);
    }

    /// <summary>Five numbers in log a, and five in log b; an offset is ten times the number of records before it.</summary>
    private sealed class TwoLogs(ExampleEncoder<int> encoder, RecordOptions<int> options) : LogSource<int>(encoder, options)
    {
        public TwoLogs(SourceFixture fixture, RecordOptions<int> options)
            : this(fixture.Encoder, options)
        {
        }

        public static long[] All => [0, 1, 2, 3, 4, 100, 101, 102, 103, 104];

        public List<long> Read { get; } = [];

        public List<LogPosition> Committed { get; } = [];

        public int? FailAfter { get; set; }

        protected override async IAsyncEnumerable<LogRecord<int>> ReadRecordsAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var log in new[] { "a", "b" })
            {
                if (string.CompareOrdinal(log, from.Log) < 0) continue;
                for (var i = log == from.Log ? (int)from.Offset / 10 : 0; i < 5; i++)
                {
                    await Task.Yield();
                    var number = i + (log == "b" ? 100 : 0);
                    if (FailAfter == Read.Count) throw new IOException("the disk is gone");
                    Read.Add(number);
                    yield return new(number, new(log, 10 * (i + 1))) { Line = i + 1 };
                }
            }
        }

        protected override ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken)
        {
            Committed.Add(position);
            return default;
        }
    }
}
