using System.Runtime.CompilerServices;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>Records of a log that cannot be read, and what messages call them.</summary>
[TestFixture]
public sealed class LogRecordNameTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task A_record_that_cannot_be_read_is_a_bad_record_with_its_name([Values(1, 3, 64)] int batchSize)
    {
        var bad = new List<BadRecord<int>>();
        var source = new NamedLog(_fixture, new()
        {
            BatchSize = batchSize,
            BadRecords = { Limit = 3, Handler = (record, _) => { bad.Add(record); return default; } },
        });
        var batches = await _fixture.ReadAll(source);

        Assert.That(batches.SelectMany(batch => batch.Ids), Is.EqualTo(new long[] { 10, 12, 13, 15, 16, 18 }));
        Assert.That(bad.Select(record => record.Place.ToString()), Is.EqualTo(new[] { "numbers, id 1", "numbers, id 4", "numbers, id 7" }));
        Assert.That(bad.Select(record => record.Error.Message), Is.All.EqualTo("a column is null"));
        Assert.That(source.BadRecords, Is.EqualTo(3));
        Assert.That(await _fixture.ReadAll(source, new LogPosition("numbers", 7).ToStreamPosition()), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_first_ends_the_reading_by_default()
    {
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await _fixture.ReadAll(new NamedLog(_fixture, new())));
        Assert.That(failure!.Message, Does.StartWith("numbers, id 1 cannot be encoded: a column is null"));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidDataException>());
        Assert.That(failure.Place, Is.EqualTo(new RecordPlace { Number = 2, Log = new("numbers", 0), Name = "numbers, id 1" }));
    }

    [TestCase(0, "at its beginning")]
    [TestCase(5, "after numbers, id 4")]
    public void A_stream_that_fails_names_the_last_record(int failAt, string where)
    {
        var source = new NamedLog(_fixture, new() { BadRecords = { Limit = 10 } }) { FailAt = failAt };
        var failure = Assert.ThrowsAsync<ExampleSourceException>(async () => await _fixture.ReadAll(source));
        Assert.That(failure!.Message, Is.EqualTo($"The stream failed {where}: the server is gone"));
    }

    [Test]
    public void A_stream_that_fails_at_once_names_where_it_was_opened()
    {
        var source = new NamedLog(_fixture, new()) { FailAt = 3 };
        var failure = Assert.ThrowsAsync<ExampleSourceException>(
            async () => await _fixture.ReadAll(source, new LogPosition("numbers", 2).ToStreamPosition()));
        Assert.That(failure!.Message, Is.EqualTo("The stream failed at numbers, id 2: the server is gone"));
    }

    /// <summary>The ids 0 to 8; every third, from 1 on, cannot be read. An offset is the id before it.</summary>
    private sealed class NamedLog(SourceFixture fixture, RecordOptions<int> options) : LogSource<int>(fixture.Encoder, options)
    {
        public int? FailAt { get; init; }

        protected override string? NameOf(LogPosition behind) => $"{behind.Log}, id {behind.Offset}";

        protected override async IAsyncEnumerable<LogRecord<int>> ReadRecordsAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var id = from.IsStart ? 0 : (int)from.Offset + 1; id < 9; id++)
            {
                await Task.Yield();
                if (id == FailAt) throw new IOException("the server is gone");
                var error = id % 3 == 1 ? new InvalidDataException("a column is null") : null;
                yield return new(id + 10, new("numbers", id)) { Error = error };
            }
        }
    }
}
