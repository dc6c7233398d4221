using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>
/// A writer appends pieces of any length and rotates at any instant; a reader is stopped and opened again at the position of any of its
/// batches. What was learned before each position, and after the last, is each record once and in order.
/// </summary>
[TestFixture]
public sealed class RotationPropertyTests
{
    private readonly FileFixture _fixture = new();

    [Test]
    public async Task Each_record_is_read_once_and_in_order(
        [Values(Rotation.Counter, Rotation.PackedCounter, Rotation.Date, Rotation.PackedDate, Rotation.Copy)] Rotation rotation,
        [Range(1, 4)] int seed)
    {
        using var writer = new LogWriter();
        var random = new Random(seed);
        var read = new List<long>();
        var position = StreamPosition.Start;
        using var time = new ManualTime();
        for (var run = 0; run < 12; run++)
        {
            // Between two runs the log goes on.
            for (var steps = random.Next(4); steps > 0; steps--) Step(writer, rotation, random);
            position = await RunAsync(writer, rotation, random, time, position, read);
            Assert.That(read, Is.EqualTo(FileFixture.Numbers(read.Count)), $"run {run}");
        }
        writer.WriteAll();
        var rest = await _fixture.ReadAll(_fixture.Open(LogFiles.Rotating(writer.Live)), position);
        Assert.That(read.Concat(rest), Is.EqualTo(FileFixture.Numbers(writer.Count)));
    }

    private async Task<StreamPosition> RunAsync(
        LogWriter writer, Rotation rotation, Random random, ManualTime time, StreamPosition position, List<long> read)
    {
        var source = _fixture.Open(
            LogFiles.Rotating(writer.Live), new() { BatchSize = random.Next(1, 9) }, new() { MaxRecordBytes = 100 }, time);
        using var stopping = new CancellationTokenSource();
        var batches = source.ReadAsync(position, stopping.Token).GetAsyncEnumerator(stopping.Token);
        for (var left = random.Next(1, 20); left > 0; left--)
        {
            var next = batches.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                await Task.Yield();
                if (time.Waiting == 0) continue;
                Step(writer, rotation, random);
                time.Advance(TimeSpan.FromSeconds(1));
            }
            Assert.That(await next, Is.True);
            read.AddRange(batches.Current.Ids(_fixture.Slot).ToArray());
            position = batches.Current.Position;
            batches.Current.Dispose();
        }
        await stopping.CancelAsync();
        await batches.DisposeAsync();
        return position;
    }

    private static void Step(LogWriter writer, Rotation rotation, Random random)
    {
        if (random.Next(3) == 0) writer.Add(random.Next(1, 6));
        if (random.Next(2) == 0) writer.Write(random.Next(writer.Pending + 1));
        if (random.Next(6) > 0) return;
        writer.FinishLine();
        switch (rotation)
        {
            case Rotation.Counter or Rotation.PackedCounter:
                writer.RotateByCounter(rotation == Rotation.PackedCounter);
                break;
            case Rotation.Copy:
                writer.CopyAndTruncate();
                break;
            default:
                writer.RotateByDate(Directory.GetFiles(writer.Folder).Length, rotation == Rotation.PackedDate);
                break;
        }
    }
}
