using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Files;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>Positions whose file is not there any longer, or is another.</summary>
[TestFixture]
public sealed class LostPositionTests
{
    private readonly FileFixture _fixture = new();

    [Test]
    public async Task A_file_that_became_shorter_stops_the_reading_or_is_read_anew([Values] LostPosition policy, [Values] bool isRotated)
    {
        using var log = new LogWriter();
        log.Add(5);
        log.WriteAll();
        var position = (await _fixture.ReadBatches(Open(log, policy, isRotated)))[^1].Position;
        File.WriteAllText(log.Live, LogWriter.Line(0) + "\n" + LogWriter.Line(100) + "\n");
        if (policy == LostPosition.Stop)
        {
            Assert.That(async () => await _fixture.ReadAll(Open(log, policy, isRotated), position), Throws.TypeOf<ExampleSourceException>()
                .With.Message.Contains("'clicks.jsonl', offset ").And.Message.Contains("FileLogOptions.LostPosition"));
            return;
        }
        Assert.That(await _fixture.ReadAll(Open(log, policy, isRotated), position), Is.EqualTo(new[] { 0, 100 }));
    }

    [Test]
    public async Task A_file_of_the_same_length_and_other_content_is_another()
    {
        using var log = new LogWriter();
        log.Add(5);
        log.WriteAll();
        var position = (await _fixture.ReadBatches(Open(log, LostPosition.Stop, false)))[^1].Position;
        File.WriteAllText(log.Live, File.ReadAllText(log.Live).Replace("\"Number\":4", "\"Number\":5", StringComparison.Ordinal));
        Assert.That(async () => await _fixture.ReadAll(Open(log, LostPosition.Stop, false), position),
            Throws.TypeOf<ExampleSourceException>());
    }

    [Test]
    public async Task Files_of_the_same_beginning_are_told_apart_by_what_stands_before_the_position([Values(1, 3)] int batchSize)
    {
        using var log = new LogWriter();
        for (var file = 0; file < 3; file++)
        {
            log.Raw(new string('\n', FileMark.HeadBytes));
            log.Add(3);
            log.WriteAll();
            if (file < 2) log.RotateByCounter();
        }
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = batchSize });
        var batches = await _fixture.ReadBatches(source);
        for (var i = 0; i < batches.Count; i++)
        {
            Assert.That(await _fixture.ReadAll(source, batches[i].Position),
                Is.EqualTo(batches.Skip(i + 1).SelectMany(batch => batch.Ids)));
        }
        var position = batches[^1].Position;
        File.WriteAllText(log.Live, File.ReadAllText(log.Live).Replace("\"Number\":8", "\"Number\":9", StringComparison.Ordinal));
        Assert.That(async () => await _fixture.ReadAll(source, position), Throws.TypeOf<ExampleSourceException>());
    }

    [Test]
    public async Task Of_a_line_that_is_cut_before_it_was_whole_nothing_is_kept()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        log.Add(1);
        log.WriteAll();
        var length = new FileInfo(log.Live).Length;
        File.AppendAllText(log.Live, "{\"Number\":12");
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 1 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync(), Is.True);
        batches.Current.Dispose();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        using (var file = new FileStream(log.Live, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(length);
        time.Advance(TimeSpan.FromSeconds(1));
        await time.WaitForTimerAsync();
        File.AppendAllText(log.Live, "{\"Number\":34567}\n");
        await time.AdvanceUntilAsync(next);
        Assert.That(await next, Is.True);
        Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(new[] { 34567 }));
        batches.Current.Dispose();
    }

    [Test]
    public async Task A_file_that_is_cut_while_it_is_followed_is_noticed_although_it_has_grown_again([Values] bool isLonger)
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        log.Add(2);
        log.WriteAll();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 2 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync(), Is.True);
        batches.Current.Dispose();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        using (var file = new FileStream(log.Live, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(0);
        log.Add(isLonger ? 9 : 1);
        log.WriteAll();
        await time.AdvanceUntilAsync(next);
        Assert.That(async () => await next, Throws.TypeOf<ExampleSourceException>().With.Message.Contains("truncated"));
    }

    [Test]
    public async Task Of_deleted_files_the_rest_is_read_where_that_is_asked_for([Values] LostPosition policy)
    {
        using var log = new LogWriter();
        var position = StreamPosition.Start;
        for (var i = 0; i < 3; i++)
        {
            log.Add(2);
            log.WriteAll();
            if (i == 0) position = (await _fixture.ReadBatches(Open(log, policy, true)))[^1].Position;
            log.RotateByCounter();
        }
        File.Delete(log.PathOf("clicks.jsonl.3"));
        if (policy == LostPosition.Stop)
            Assert.That(async () => await _fixture.ReadAll(Open(log, policy, true), position), Throws.TypeOf<ExampleSourceException>());
        else
        {
            Assert.That(await _fixture.ReadAll(Open(log, policy, true), position),
                Is.EqualTo(policy == LostPosition.Oldest ? new[] { 2, 3, 4, 5 } : [4, 5]));
        }
    }

    [Test]
    public async Task Of_two_files_with_the_same_bytes_none_is_chosen()
    {
        using var log = new LogWriter();
        log.Add(3);
        log.WriteAll();
        var position = (await _fixture.ReadBatches(Open(log, LostPosition.Oldest, true)))[^1].Position;
        File.Copy(log.Live, log.PathOf("clicks.jsonl.1"));
        Assert.That(async () => await _fixture.ReadAll(Open(log, LostPosition.Oldest, true), position),
            Throws.TypeOf<ExampleSourceException>().With.Message.Contains("'clicks.jsonl.1' and 'clicks.jsonl' have the same bytes"));
    }

    [Test]
    public async Task A_file_that_is_deleted_while_it_is_read_is_read_to_its_end_and_what_was_read_before_it_is_not_read_again()
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        log.Add(2);
        log.WriteAll();
        log.RotateByCounter();
        log.Add(2);
        log.WriteAll();
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 4 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync(), Is.True);
        batches.Current.Dispose();
        var next = batches.MoveNextAsync().AsTask();
        await time.WaitForTimerAsync();
        log.Add(1);
        log.WriteAll();
        File.Delete(log.Live);
        log.Add(3);
        log.WriteAll();
        await time.AdvanceUntilAsync(next);
        Assert.That(await next, Is.True);
        Assert.That(batches.Current.Ids(_fixture.Slot).ToArray(), Is.EqualTo(new[] { 4, 5, 6, 7 }));
        batches.Current.Dispose();
    }

    private JsonLinesSource<Numbered> Open(LogWriter log, LostPosition policy, bool isRotated) => _fixture.Open(
        isRotated ? LogFiles.Rotating(log.Live) : LogFiles.Matching(log.Folder, "clicks.*"), null,
        new() { Follow = false, LostPosition = policy });
}
