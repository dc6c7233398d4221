// docs/guide/back-up.md shows what stands between the two marks, to the letter; BackUpPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;

public static class Restores
{
    /// <summary>What there is.</summary>
    public static async Task TellAsync(SnapshotStore backups, TextWriter log)
    {
        foreach (var backup in await SnapshotBackup.ListAsync(backups))
            log.WriteLine($"{backup.Id:n}  commit {backup.Commit}, learned until {backup.CommitCreated:u}");
    }

    /// <summary>The store is lost: the newest back-up, into a new folder or the same.</summary>
    public static Task<SnapshotCommit> NewestAsync(SnapshotStore backups, SnapshotStore store) =>
        SnapshotBackup.RestoreAsync(backups, store);

    /// <summary>The model has learned something bad since Tuesday: an older back-up, over the store as it is.</summary>
    public static Task<SnapshotCommit> OlderAsync(SnapshotStore backups, SnapshotStore store, Guid backup) =>
        SnapshotBackup.RestoreAsync(backups, store, backup);

    /// <summary>The last minutes were bad, and the store still has an earlier commit: no back-up is needed.</summary>
    public static Task<SnapshotCommit> EarlierAsync(SnapshotStore store, ulong commit) =>
        SnapshotBackup.RestoreCommitAsync(store, commit);
}
// </page>
