// docs/guide/back-up.md shows what stands between the two marks, to the letter; BackUpPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;

public static class NightlyBackUp
{
    /// <summary>Backs up once a period until it is stopped. A night that fails is told, and the next one is tried.</summary>
    public static async Task RunAsync(
        SnapshotStore store, SnapshotStore backups, TimeSpan period, TimeProvider time, TextWriter log, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                var made = await SnapshotBackup.CreateAsync(store, backups, cancellationToken: stopping);
                log.WriteLine($"backed up commit {made.Commit} of {made.CommitCreated:u}, {made.Bytes} bytes");
                // Seven nights stay. What they have in common is there once.
                await SnapshotBackup.RetainAsync(backups, count: 7, stopping);
                foreach (var problem in await SnapshotBackup.VerifyAsync(backups, stopping)) log.WriteLine(problem.Message);
            }
            catch (SnapshotException failure)
            {
                log.WriteLine($"not backed up: {failure.Message}");
            }
        }
    }
}
// </page>
