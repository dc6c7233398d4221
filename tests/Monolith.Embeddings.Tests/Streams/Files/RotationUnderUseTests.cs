using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>A log is written and rotated by one thread while another reads it: files move at any instant of a look.</summary>
[TestFixture]
public sealed class RotationUnderUseTests
{
    private const int Records = 6000;
    private readonly FileFixture _fixture = new();
    private long _read;
    private volatile bool _isStopped;

    [Test, Category("Stress")]
    public async Task Each_record_is_read_once_and_in_order(
        [Values(Rotation.Counter, Rotation.PackedCounter, Rotation.Date)] Rotation rotation)
    {
        using var writer = new LogWriter();
        _read = 0;
        _isStopped = false;
        var writing = Task.Run(() => Write(writer, rotation));
        try
        {
            var read = await ReadAsync(writer);
            Assert.That(read, Is.EqualTo(FileFixture.Numbers(Records)));
        }
        finally
        {
            _isStopped = true;
            await writing;
        }
    }

    private async Task<List<long>> ReadAsync(LogWriter writer)
    {
        var source = _fixture.Open(
            LogFiles.Rotating(writer.Live), new() { BatchSize = 50 }, new() { PollInterval = TimeSpan.FromMilliseconds(1) });
        var read = new List<long>();
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
        {
            read.AddRange(batch.Ids(_fixture.Slot).ToArray());
            Assert.That(batch.Ids(_fixture.Slot)[0], Is.EqualTo(read.Count - batch.Rows), "the first of a batch");
            batch.Dispose();
            Volatile.Write(ref _read, read.Count);
            if (read.Count == Records) break;
        }
        return read;
    }

    private void Write(LogWriter writer, Rotation rotation)
    {
        var random = new Random(5);
        for (var day = 0; writer.Count < Records && !_isStopped;)
        {
            // Files that are not read yet must not be deleted.
            SpinWait.SpinUntil(() => _isStopped || writer.Count - Volatile.Read(ref _read) < 400);
            writer.Add(Math.Min(random.Next(1, 30), Records - writer.Count));
            while (writer.Pending > 0) writer.Write(random.Next(1, 400));
            if (random.Next(8) > 0) continue;
            if (rotation == Rotation.Date) writer.RotateByDate(day++);
            else writer.RotateByCounter(rotation == Rotation.PackedCounter, keep: 40);
        }
    }
}
