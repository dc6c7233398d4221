// docs/guide/forgetting.md shows what stands between the two marks, to the letter; ForgettingPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

public static class Erasure
{
    /// <summary>Forgets people, while the trainer runs or not, and says what still holds them.</summary>
    public static async Task<ForgetReport> ForgetAsync(
        OnlineTrainer trainer, long[] users, SnapshotStore backups, TextWriter log, CancellationToken stopping)
    {
        // By the table that has the rows. Name the id for each table whose slots have it.
        var request = new ForgetRequest().Add("users", users);
        // A restore from there must not bring them back either.
        request.Backups.Add(backups);
        var report = await trainer.ForgetAsync(request, stopping);
        log.WriteLine($"{report.RowsRemoved} rows removed, durable with commit {report.Commit!.Number}");
        foreach (var commit in report.Commits) log.WriteLine($"{commit}: {string.Join("; ", commit.Held)}");
        foreach (var backup in report.Backups) log.WriteLine($"{backup}: {string.Join("; ", backup.Held)}");
        return report;
    }

    /// <summary>Whether no file has a forgotten person any more, once retention has dropped what the report named.</summary>
    public static async Task<bool> IsGoneAsync(SnapshotStore store, SnapshotStore backups, TextWriter log)
    {
        var found = await SnapshotInspector.FindForgottenAsync(store);
        var foundInBackups = await SnapshotInspector.FindForgottenAsync(store, searched: backups);
        foreach (var one in found.Concat(foundInBackups)) log.WriteLine($"{one.File}: {one.Count} in {one.Place}");
        return found.Count + foundInBackups.Count == 0;
    }
}
// </page>
