using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>
/// The life of a process that trains from a logged source: reads ahead, commits now and then, and ends when it is killed. What it does is
/// drawn from a seed.
/// </summary>
internal sealed class LogLife(LogFixture f, SnapshotStore store, Random random, int examples)
{
    /// <summary>The newest commit that is durable; what the next life begins with.</summary>
    public LogCommit? Commit { get; set; }

    /// <summary>How many calls of the source failed, and were done again with the next commit.</summary>
    public int Failures { get; private set; }

    public async Task RunAsync()
    {
        var options = new ExampleLogOptions { RotateEvery = TimeSpan.FromSeconds(40), RotateBytes = 1 << 20 };
        var source = f.Numbers(examples).LoggedTo(new ExampleLog(store, options));
        if (Commit is not null) await Commit.RestoreAsync(source);
        var (at, trained) = (Commit?.At ?? StreamPosition.Start, Commit?.Trained ?? 0);
        await using var batches = source.ReadAsync(at, CancellationToken.None).GetAsyncEnumerator();
        var ahead = new Queue<(StreamPosition At, int Rows)>();
        var isOver = false;
        while (!isOver || ahead.Count > 0)
        {
            isOver = !await ReadAheadAsync(batches, ahead, isOver);
            if (ahead.TryDequeue(out var next)) (at, trained) = (next.At, trained + next.Rows);
            if (random.Next(3) == 0 || (isOver && ahead.Count == 0)) await CommitAsync(source, at, trained);
        }
    }

    private async Task<bool> ReadAheadAsync(IAsyncEnumerator<ExampleBatch> batches, Queue<(StreamPosition, int)> ahead, bool isOver)
    {
        for (var count = random.Next(4); count >= 0 && !isOver && ahead.Count < 64; count--)
        {
            isOver = !await batches.MoveNextAsync();
            if (isOver) continue;
            ahead.Enqueue((batches.Current.Position, batches.Current.Rows));
            batches.Current.Dispose();
        }
        return !isOver;
    }

    // A store that fails costs the commit alone, as for a trainer.
    private async Task CommitAsync(ExampleSource source, StreamPosition at, int trained)
    {
        for (var tries = 0; tries < 3; tries++)
        {
            try
            {
                Commit = await LogCommit.WriteAsync(source, at, trained);
                await source.CommittedAsync(at, CancellationToken.None);
                return;
            }
            catch (SnapshotException)
            {
                Failures++;
            }
        }
    }
}
