using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Makes an earlier state the newest of a store. What would be given up has to be said.</summary>
public sealed class Restore(TextWriter output)
{
    /// <summary>Whether commits that the store has may be given up.</summary>
    public required bool IsOver { get; init; }

    /// <summary>Restores a back-up.</summary>
    /// <param name="backups">The back-ups.</param>
    /// <param name="store">The store: empty, or of the chain that was backed up.</param>
    /// <param name="backup">Which one; the newest where null.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> FromBackUpAsync(
        FileSnapshotStore backups, FileSnapshotStore store, Guid? backup, CancellationToken cancellationToken)
    {
        if ((await SnapshotBackup.ListAsync(backups, cancellationToken)).Count == 0)
            throw new UsageException($"There is no back-up in {backups.Folder}: none was made. Make one by the command back-up.");
        if (!IsOver) await RequireNoneAsync(store, after: null, cancellationToken);
        return Write(await SnapshotBackup.RestoreAsync(backups, store, backup, cancellationToken: cancellationToken), store);
    }

    /// <summary>Restores a commit that the store still has.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> CommitAsync(FileSnapshotStore store, ulong commit, CancellationToken cancellationToken)
    {
        if (!IsOver) await RequireNoneAsync(store, commit, cancellationToken);
        return Write(await SnapshotBackup.RestoreCommitAsync(store, commit, cancellationToken: cancellationToken), store);
    }

    private static async Task RequireNoneAsync(FileSnapshotStore store, ulong? after, CancellationToken cancellationToken)
    {
        if (await store.ReadManifestAsync(cancellationToken) is not { } stored) return;
        var commits = SnapshotManifest.Parse(stored.Bytes.Span).Commits;
        // A number that the store does not have is named by the restore.
        if (after is not null && commits.All(commit => commit.Number != after)) return;
        SnapshotCommit[] lost = [.. commits.Where(commit => after is null || commit.Number > after)];
        if (lost.Length == 0) return;
        var which = lost.Length == 1 ? $"commit {lost[0].Number}" : $"commits {lost[0].Number} to {lost[^1].Number}";
        throw new UsageException($"{store.Folder} has {which}, the newest of {BackUps.Time(lost[^1].Created)} UTC: it would be given up. "
            + "Back up first what may be wanted again, and say --over to restore over it.");
    }

    private int Write(SnapshotCommit restored, FileSnapshotStore store)
    {
        output.WriteLine($"The newest commit of {store.Folder} is {restored.Number} now, as it was committed at "
            + $"{BackUps.Time(restored.Created)} UTC. The command train goes on from it.");
        return 0;
    }
}
