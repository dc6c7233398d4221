using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>What a file may hold, and what is said about it.</summary>
[TestFixture]
public sealed class FileLogSourceTests
{
    private readonly FileFixture _fixture = new();

    [Test]
    public async Task A_byte_order_mark_blank_lines_and_both_line_ends_are_passed_over([Values(1, 2, 64)] int batchSize)
    {
        using var log = new LogWriter();
        log.Raw("\uFEFF\r\n" + LogWriter.Line(0) + "\r\n\n  \t\r\n" + LogWriter.Line(1) + "\n" + LogWriter.Line(2));
        log.WriteAll();
        var source = _fixture.Open(LogFiles.Of(log.Live), new() { BatchSize = batchSize });
        var batches = await _fixture.ReadBatches(source);
        Assert.That(batches.SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 0, 1, 2 }), "the last one has no line end");
        for (var i = 0; i < batches.Count; i++)
        {
            Assert.That(await _fixture.ReadAll(source, batches[i].Position),
                Is.EqualTo(batches.Skip(i + 1).SelectMany(batch => batch.Ids)));
        }
        var place = LogPosition.From(batches[^1].Position);
        Assert.That((Path.GetFileName(place.Log), place.Offset), Is.EqualTo(("clicks.jsonl", new FileInfo(log.Live).Length)));
    }

    [Test]
    public async Task A_line_waits_until_it_is_whole_also_amid_a_character()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 1 }, new(), time);
        using var stopping = new CancellationTokenSource();
        await using var batches = source.ReadAsync(default, stopping.Token).GetAsyncEnumerator();
        log.Add(2);
        var bytes = log.Pending;
        var next = batches.MoveNextAsync().AsTask();
        for (var written = 0; written < bytes; written++)
        {
            await time.WaitForTimerAsync();
            Assert.That(next.IsCompleted, Is.False, $"after {written} bytes");
            log.Write(1);
            time.Advance(TimeSpan.FromSeconds(1));
            if (written + 1 != Encoding.UTF8.GetByteCount(LogWriter.Line(0)) + 1) continue;
            Assert.That(await next, Is.True);
            Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(new[] { 0 }));
            batches.Current.Dispose();
            next = batches.MoveNextAsync().AsTask();
        }
        Assert.That(await next, Is.True);
        Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(new[] { 1 }));
        batches.Current.Dispose();
    }

    [Test]
    public async Task What_follows_the_last_line_end_is_a_record_once_a_newer_file_holds_something()
    {
        using var log = new LogWriter();
        log.Raw(LogWriter.Line(0) + "\n" + LogWriter.Line(1));
        log.WriteAll();
        log.RotateByCounter();
        log.Raw(LogWriter.Line(2) + "\n" + LogWriter.Line(3));
        log.WriteAll();
        using var time = new ManualTime();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 3 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync(), Is.True);
        Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(new[] { 0, 1, 2 }), "and number 3 waits");
        batches.Current.Dispose();
    }

    [Test]
    public async Task Bad_lines_are_handed_over_with_file_line_and_byte([Values] bool isResumed)
    {
        using var log = new LogWriter();
        var bad = new List<(string Place, string Message, string Bytes, Numbered? Value)>();
        log.Raw(LogWriter.Line(0) + "\n\n{\"Number\":x}\n" + LogWriter.Line(1) + "\nnull\n{\"Number\":1.5}\n");
        log.Raw(new string('y', 300) + "\n");
        log.Raw(LogWriter.Line(2) + "\n{\"Number");
        log.WriteAll();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new()
        {
            BatchSize = 1,
            BadRecords =
            {
                Limit = 9,
                Handler = (record, _) =>
                {
                    bad.Add((record.Place.ToString(), record.Error.Message, Encoding.UTF8.GetString(record.Bytes.Span), record.Value));
                    return default;
                },
            },
        }, new() { Follow = false, MaxRecordBytes = 250 });
        var batches = await _fixture.ReadBatches(source);
        if (isResumed)
        {
            bad.RemoveRange(1, bad.Count - 1);
            await _fixture.ReadBatches(source, batches[1].Position);
        }
        else Assert.That((batches.Count, source.BadRecords), Is.EqualTo((3, 5)));
        var first = Encoding.UTF8.GetByteCount(LogWriter.Line(0)) + 2;
        Assert.That(bad.Select(one => one.Place), Is.EqualTo(new[]
        {
            $"clicks.jsonl, line 3, offset {first}",
            $"clicks.jsonl, line 5, offset {first + 13 + Encoding.UTF8.GetByteCount(LogWriter.Line(1)) + 1}",
            $"clicks.jsonl, line 6, offset {first + 13 + Encoding.UTF8.GetByteCount(LogWriter.Line(1)) + 6}",
            $"clicks.jsonl, line 7, offset {first + 13 + Encoding.UTF8.GetByteCount(LogWriter.Line(1)) + 21}",
            $"clicks.jsonl, line 9, offset {new FileInfo(log.Live).Length - 8}",
        }));
        Assert.That(bad[0].Message, Does.StartWith("the line is no JSON of a Numbered, at its byte 10: 'x' is an invalid start"));
        Assert.That(bad[1].Message, Is.EqualTo("the line is null, and no Numbered."));
        Assert.That(bad[2].Message, Does.Contain("at its byte 13").And.Contain("(at $.Number)").And.Not.Contain("LineNumber"));
        Assert.That(bad[3].Message, Is.EqualTo("it is longer than 250 bytes, which MaxRecordBytes allows."));
        Assert.That(bad.Select(one => one.Bytes), Is.EqualTo(
            new[] { "{\"Number\":x}", "null", "{\"Number\":1.5}", new string('y', 200), "{\"Number" }));
        Assert.That(bad.Select(one => one.Value), Is.All.Null);
    }

    [Test]
    public void Without_more_being_said_a_bad_line_ends_the_reading()
    {
        using var log = new LogWriter();
        log.Raw(LogWriter.Line(0) + "\n{}}\n");
        log.WriteAll();
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(log.Live))), Throws.TypeOf<ExampleSourceException>()
            .With.Message
            .StartsWith("clicks.jsonl, line 2, offset 23 cannot be encoded: the line is no JSON of a Numbered, at its byte 2: ")
            .And.Message.Contains("set BadRecords"));
    }

    [Test]
    public async Task A_line_of_many_buffers_is_read_and_one_byte_more_is_too_long()
    {
        using var log = new LogWriter();
        var line = $"{{\"Number\":7,\"Text\":\"{new string('x', 300_000)}\"}}";
        log.Raw($"{line}\n{LogWriter.Line(1)}\n{line} \r\n{LogWriter.Line(2)}\n");
        log.WriteAll();
        var source = _fixture.Open(
            LogFiles.Rotating(log.Live), new() { BadRecords = { Limit = 1 } }, new() { Follow = false, MaxRecordBytes = line.Length });
        Assert.That(await _fixture.ReadAll(source), Is.EqualTo(new[] { 7, 1, 2 }));
        Assert.That(source.BadRecords, Is.EqualTo(1));
    }

    [Test]
    public void Files_of_another_encoding_are_refused()
    {
        using var log = new LogWriter();
        File.WriteAllText(log.Live, LogWriter.Line(0), Encoding.Unicode);
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(log.Live))),
            Throws.TypeOf<ExampleSourceException>().With.Message.Contains("UTF-16"));
    }

    [Test]
    public void Without_following_there_must_be_files()
    {
        using var log = new LogWriter();
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(log.Live))),
            Throws.TypeOf<ExampleSourceException>().With.InnerException.TypeOf<FileNotFoundException>());
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Of(log.PathOf("a"), log.PathOf("b")))),
            Throws.TypeOf<ExampleSourceException>().With.Message.Contains("/a' does not exist"));
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(log.PathOf("none/clicks.jsonl")), null, new())),
            Throws.TypeOf<ExampleSourceException>().With.InnerException.TypeOf<DirectoryNotFoundException>(), "a wrong folder");
        File.WriteAllText(log.Live, "");
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(log.Live))), Is.Empty);
    }

    [Test]
    public void Options_are_validated_together()
    {
        using var log = new LogWriter();
        var options = new FileLogOptions { PollInterval = TimeSpan.Zero, MaxRecordBytes = 0, LostPosition = (LostPosition)9 };
        Assert.That(() => _fixture.Open(LogFiles.Rotating(log.Live), null, options),
            Throws.TypeOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("PollInterval")
                .And.Message.Contains("MaxRecordBytes").And.Message.Contains("LostPosition"));
    }

    [Test]
    public async Task Lines_are_handed_to_the_encoder_as_bytes()
    {
        using var log = new LogWriter();
        log.Raw("12\r\n\n7\nx\n5");
        log.WriteAll();
        var encoder = new ExampleEncoder<ReadOnlyMemory<byte>>(_fixture.Schema, (in ReadOnlyMemory<byte> line, ExampleWriter writer) =>
            writer.Id(_fixture.Slot, long.Parse(line.Span, System.Globalization.CultureInfo.InvariantCulture)));
        var bad = new List<string>();
        var source = new LineSource(LogFiles.Rotating(log.Live), encoder, new()
        {
            BadRecords =
            {
                Limit = 1,
                Handler = (record, _) =>
                {
                    bad.Add($"{record.Place}: {Encoding.UTF8.GetString(record.Value.Span)}");
                    return default;
                },
            },
        }, new() { Follow = false });
        Assert.That(await _fixture.ReadAll(source), Is.EqualTo(new[] { 12, 7, 5 }));
        Assert.That(bad, Is.EqualTo(new[] { "clicks.jsonl, line 4, offset 7: x" }));
    }
}
