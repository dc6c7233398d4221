using System.Globalization;
using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Makes back-ups of a store, and keeps them.</summary>
public sealed class BackUps(TextWriter output)
{
    /// <summary>A time as the reports write it, in UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Backs up the newest commit of a store.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> CreateAsync(SnapshotStore store, SnapshotStore backups, CancellationToken cancellationToken)
    {
        var before = await SnapshotBackup.ListAsync(backups, cancellationToken);
        var made = await SnapshotBackup.CreateAsync(store, backups, cancellationToken: cancellationToken);
        var done = before.Contains(made) ? "was backed up before" : "is backed up now";
        output.WriteLine(
            $"Commit {made.Commit} of {Time(made.CommitCreated)} UTC {done}: back-up {made.Id:n}, {Bytes.Format(made.Bytes)}.");
        return 0;
    }

    /// <summary>Shows the back-ups.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(SnapshotStore backups, CancellationToken cancellationToken)
    {
        var table = new TextTable("back-up", "made (UTC)", "commit", "committed (UTC)", "chain", "bytes");
        foreach (var backup in await EntriesAsync(backups, cancellationToken))
        {
            table.Add($"{backup.Id:n}", Time(backup.Created), backup.Commit.ToString("N0", CultureInfo.InvariantCulture),
                Time(backup.CommitCreated), $"{backup.Chain:n}"[..8], Bytes.Format(backup.Bytes));
        }
        table.Write(output);
        return 0;
    }

    /// <summary>Reads every byte of the back-ups.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> VerifyAsync(SnapshotStore backups, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(backups, cancellationToken);
        var problems = await SnapshotBackup.VerifyAsync(backups, cancellationToken);
        foreach (var problem in problems) output.WriteLine(problem.Message);
        if (problems.Count > 0) throw new InvalidDataException("Back-ups are damaged; the lines above name each file.");
        output.WriteLine($"Read {entries.Count} back-ups: every byte is as it was written.");
        return 0;
    }

    /// <summary>Drops old back-ups.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RetainAsync(SnapshotStore backups, long keep, CancellationToken cancellationToken)
    {
        await EntriesAsync(backups, cancellationToken);
        var deleted = await SnapshotBackup.RetainAsync(backups, (int)Math.Min(keep, int.MaxValue), cancellationToken);
        var left = await SnapshotBackup.ListAsync(backups, cancellationToken);
        output.WriteLine($"{left.Count} back-ups stay. Deleted {deleted.Count} files, {Bytes.Format(deleted.Sum(file => file.Length))}.");
        return 0;
    }

    private static async Task<IReadOnlyList<SnapshotBackupEntry>> EntriesAsync(SnapshotStore backups, CancellationToken cancellationToken)
    {
        var entries = await SnapshotBackup.ListAsync(backups, cancellationToken);
        return entries.Count > 0 ? entries : throw new UsageException("There is no back-up in this folder: none was made.");
    }
}
