// docs/guide/rollback.md shows what stands between the two marks, to the letter; RollbackPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;

public static class GoingBack
{
    /// <summary>
    /// Goes back to the newest commit from before something went wrong, and keeps the newest of all in <paramref name="setAside"/>.
    /// </summary>
    public static async Task<RolledBack> ToBeforeAsync(SnapshotStore store, SnapshotStore setAside, DateTimeOffset wrongSince)
    {
        var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
        var good = manifest.Commits.Last(commit => commit.Created < wrongSince && !commit.IsHeld);
        return await SnapshotRollback.GoBackAsync(store, good.Number, setAside);
    }

    /// <summary>It was not the model after all: what was set aside is the newest again.</summary>
    public static Task<SnapshotCommit> TakeBackAsync(SnapshotStore store, SnapshotStore setAside, RolledBack rolledBack) =>
        SnapshotBackup.RestoreAsync(setAside, store, rolledBack.SetAside.Id);
}
// </page>
