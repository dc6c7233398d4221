using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>Files that follow one another and keep their names.</summary>
[TestFixture]
public sealed class SeveralFilesTests
{
    private readonly FileFixture _fixture = new();

    [Test]
    public async Task Each_position_opens_its_own_file_also_once_that_is_packed([Values(1, 3, 64)] int batchSize, [Values] bool isList)
    {
        using var log = new LogWriter();
        var paths = WriteDays(log, 4);
        var files = isList ? LogFiles.Of(paths) : LogFiles.Matching(log.Folder, "day-*.jsonl");
        var source = _fixture.Open(files, new() { BatchSize = batchSize });
        LogWriter.Pack(paths[1]);
        var batches = await _fixture.ReadBatches(source);
        Assert.That(batches.SelectMany(batch => batch.Ids), Is.EqualTo(FileFixture.Numbers(20)));
        if (!isList) LogWriter.Pack(paths[0]);
        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await _fixture.ReadAll(source, batches[i].Position);
            Assert.That(rest, Is.EqualTo(batches.Skip(i + 1).SelectMany(batch => batch.Ids)));
            var read = batches.Take(i + 1).Sum(batch => batch.Ids.Length);
            Assert.That(Path.GetFileName(LogPosition.From(batches[i].Position).Log), Does.StartWith($"day-{8 + ((read - 1) / 5)}.jsonl"));
        }
    }

    [Test]
    public async Task A_log_that_is_not_there_yet_is_waited_for_and_that_is_told_at_once_and_then_seldom()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        var logger = new FakeLogger();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 1 }, new() { Logger = logger }, time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        var next = batches.MoveNextAsync().AsTask();
        for (var look = 0; look < 3; look++)
        {
            await time.WaitForTimerAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.That(next.IsCompleted, Is.False);
        var told = logger.Collector.GetSnapshot().Where(record => record.Id.Id == 5001).ToList();
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0].Message, Does.Contain(log.Live).And.Contain("waited for"));
        for (var minute = 0; minute < 130; minute++)
        {
            await time.WaitForTimerAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }
        await time.WaitForTimerAsync();
        var all = logger.Collector.GetSnapshot();
        var warned = all.Where(record => record.Id.Id == 5002).ToList();
        Assert.That((all.Count, warned.Count), Is.EqualTo((1 + 3, 3)), "after a minute, and an hour and two hours behind that");
        Assert.That(warned.Select(record => record.Level), Is.All.EqualTo(LogLevel.Warning));
        Assert.That(warned[^1].Message, Does.Contain(log.Live).And.Contain("02:01"));
        log.Add(1);
        log.Write(log.Pending);
        await time.AdvanceUntilAsync(next);
        Assert.That(await next, Is.True);
        batches.Current.Dispose();
    }

    [Test]
    public async Task New_files_are_read_in_order_and_those_that_come_too_late_are_reported()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        WriteDays(log, 2);
        var late = new List<string>();
        var source = _fixture.Open(LogFiles.Matching(log.Folder, "day-*.jsonl"), new() { BatchSize = 5 }, new()
        {
            LateFile = (file, _) =>
            {
                late.Add($"{file.Name} before {file.Position.Log}");
                return default;
            },
        }, time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        var read = new List<long>();
        async Task ReadAsync()
        {
            var next = batches.MoveNextAsync().AsTask();
            await time.AdvanceUntilAsync(next);
            Assert.That(await next, Is.True);
            read.AddRange(batches.Current.Ids(_fixture.Slot).ToArray());
            batches.Current.Dispose();
        }
        await ReadAsync();
        await ReadAsync();
        Assert.That(late, Is.Empty);
        log.Add(3);
        log.Write(log.Pending);
        File.Move(log.Live, log.PathOf("day-7.jsonl"));
        log.Add(5);
        log.Write(log.Pending);
        File.Move(log.Live, log.PathOf("day-11.jsonl"));
        await ReadAsync();
        Assert.That(read, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17 }));
        Assert.That(late, Is.EqualTo(new[] { "day-7.jsonl before day-9.jsonl" }).Or.EqualTo(new[] { "day-7.jsonl before day-11.jsonl" }));
    }

    [Test]
    public async Task A_file_that_came_before_the_position_while_nothing_was_read_is_reported()
    {
        using var log = new LogWriter();
        WriteDays(log, 3);
        foreach (var path in Directory.GetFiles(log.Folder)) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var late = new List<string>();
        var source = _fixture.Open(LogFiles.Matching(log.Folder, "day-*.jsonl"), null, new()
        {
            Follow = false,
            LateFile = (file, _) => { late.Add(file.Name); return default; },
        });
        var position = (await _fixture.ReadBatches(source))[^1].Position;
        await _fixture.ReadAll(source, position);
        Assert.That(late, Is.Empty);
        log.Add(1);
        log.WriteAll();
        File.Move(log.Live, log.PathOf("day-7.jsonl"));
        File.SetLastWriteTimeUtc(log.PathOf("day-7.jsonl"), DateTime.UtcNow.AddHours(1));
        await _fixture.ReadAll(source, position);
        Assert.That(late, Is.EqualTo(new[] { "day-7.jsonl" }));
    }

    [Test]
    public async Task A_packed_file_that_is_still_being_copied_is_waited_for()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        log.Add(3000);
        log.WriteAll();
        LogWriter.Pack(log.Live);
        var bytes = File.ReadAllBytes(log.Live + ".gz");
        var path = log.PathOf("day-1.jsonl.gz");
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        var files = LogFiles.Matching(log.Folder, "day-*.jsonl");
        Assert.That(async () => await _fixture.ReadAll(_fixture.Open(files)),
            Throws.TypeOf<ExampleSourceException>().With.Message.Contains("cut short"), "where nothing is waited for");
        var source = _fixture.Open(files, new() { BatchSize = 3000 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        File.WriteAllBytes(path, bytes);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await next, Is.True);
        Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(FileFixture.Numbers(3000)));
        batches.Current.Dispose();
    }

    private static string[] WriteDays(LogWriter log, int days)
    {
        var paths = new string[days];
        for (var day = 0; day < days; day++)
        {
            log.Add(5);
            log.WriteAll();
            paths[day] = log.PathOf($"day-{8 + day}.jsonl");
            File.Move(log.Live, paths[day]);
        }
        return paths;
    }
}
