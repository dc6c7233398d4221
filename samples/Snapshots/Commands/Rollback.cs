using Monolith.Embeddings.Snapshots;

namespace SnapshotsSample.Commands;

/// <summary>Goes back to an earlier commit of a store, and keeps what is given up.</summary>
public sealed class Rollback(TextWriter output)
{
    /// <summary>Goes back.</summary>
    /// <param name="store">The store.</param>
    /// <param name="commit">A commit that it still has.</param>
    /// <param name="setAside">Gets the newest commit as a back-up.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(
        FileSnapshotStore store, ulong commit, FileSnapshotStore setAside, CancellationToken cancellationToken)
    {
        var done = await SnapshotRollback.GoBackAsync(store, commit, setAside, cancellationToken: cancellationToken);
        output.WriteLine($"The newest commit of {store.Folder} is {done.Commit.Number} now, the state of commit {commit}. Commit "
            + $"{done.SetAside.Commit} is back-up {done.SetAside.Id:n} in {setAside.Folder}.");
        return 0;
    }
}
