using Monolith.Embeddings.Snapshots;

namespace SnapshotsSample.Commands;

/// <summary>Trains, follows, compacts, verifies and lists, in a folder of its own.</summary>
public sealed class Demo(TextWriter output)
{
    private const int CommitEvery = 40, Commits = 6, BatchSize = 256;

    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("snapshots-demo-").FullName;
        try
        {
            var store = new FileSnapshotStore(folder);
            await TrainAsync(folder, 1, cancellationToken);
            // In real life another process, on another machine.
            var following = new Follow(_output).RunAsync(store, Commits, cancellationToken);
            await TrainAsync(folder, Commits, cancellationToken);
            await following;
            await new Compact(_output).RunAsync(store, keep: 1, cancellationToken);
            await new Inspect(_output).VerifyAsync(store, cancellationToken);
            return await new Inspect(_output).ListAsync(store, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<int> TrainAsync(string folder, int commits, CancellationToken cancellationToken) =>
        new Train(_output) { Folder = folder, Events = commits * CommitEvery * BatchSize, CommitEvery = CommitEvery }.RunAsync(
            cancellationToken);
}
