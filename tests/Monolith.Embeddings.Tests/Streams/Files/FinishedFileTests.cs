using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>What a writer does between a reader's last byte of a file and its look for the next one.</summary>
[TestFixture]
public sealed class FinishedFileTests
{
    private readonly FileFixture _fixture = new();

    [Test]
    public async Task What_was_written_just_before_the_next_file_was_begun_is_read_before_it([Values] bool keepsNames, [Values] bool follow)
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        var first = keepsNames ? log.PathOf("clicks.jsonl-1") : log.Live;
        log.Add(3);
        log.WriteAll();
        if (keepsNames) File.Move(log.Live, first);
        var files = new WatchedFiles(
            keepsNames ? LogFiles.Matching(log.Folder, "clicks.jsonl-*") : LogFiles.Rotating(log.Live));
        var source = _fixture.Open(files, new() { BatchSize = 1 }, new() { Follow = follow }, time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < 3; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
        // The reader goes on from here: it finds no more bytes, and then looks at the folder.
        files.BeforeLook = () =>
        {
            if (keepsNames) File.Move(first, log.Live);
            log.Add(2);
            log.WriteAll();
            if (keepsNames) File.Move(log.Live, first);
            else log.RotateByCounter();
            log.Add(2);
            log.WriteAll();
            if (keepsNames) File.Move(log.Live, log.PathOf("clicks.jsonl-2"));
        };
        for (var i = 3; i < 7; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
        Assert.That(files.BeforeLook, Is.Null);
    }

    [Test]
    public async Task A_new_file_is_another_although_it_begins_like_the_one_before(
        [Values(1, 2, 3, 40, 200)] int before, [Values(1, 2, 3, 41, 300)] int after, [Values] bool isFollowed)
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        Write(log, before);
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 1 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        if (!isFollowed) Rotate(log, after);
        for (var i = 0; i < before; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
        if (isFollowed) Rotate(log, after);
        // Two files of the same bytes cannot be told apart: the new one is another once it holds more.
        if (after == before) File.AppendAllText(log.Live, LogWriter.Line(after) + "\n");
        for (var i = 0; i < after; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
    }

    [Test]
    public async Task A_packed_file_is_another_although_it_begins_like_the_one_before([Values(1, 40)] int before, [Values] bool packBoth)
    {
        using var log = new LogWriter();
        using var time = new ManualTime();
        Write(log, before);
        var source = _fixture.Open(LogFiles.Rotating(log.Live), new() { BatchSize = 1 }, new(), time);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < before; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
        log.RotateByCounter(packBoth);
        Write(log, before + 2);
        log.RotateByCounter(pack: true);
        Write(log, before + 4);
        for (var i = 0; i < before + 2; i++) Assert.That(await NextAsync(batches, time), Is.EqualTo(i));
        Assert.That(await NextAsync(batches, time), Is.Zero, "of the newest file");
    }

    private static void Rotate(LogWriter log, int after)
    {
        log.RotateByCounter();
        Write(log, after);
    }

    private static void Write(LogWriter log, int count)
    {
        foreach (var number in FileFixture.Numbers(count)) log.Raw(LogWriter.Line((int)number) + "\n");
        log.WriteAll();
    }

    private async Task<long> NextAsync(IAsyncEnumerator<ExampleBatch> batches, ManualTime time)
    {
        var next = batches.MoveNextAsync().AsTask();
        await time.AdvanceUntilAsync(next);
        Assert.That(await next, Is.True, "it has not ended");
        using var batch = batches.Current;
        return batch.Ids(_fixture.Slot)[0];
    }
}
