using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Training.Forgetting;

/// <summary>Which commits and back-ups hold what was forgotten, and until when.</summary>
internal static class HeldFiles
{
    /// <summary>The commits of a store up to one.</summary>
    /// <param name="store">The store.</param>
    /// <param name="commit">The commit that says what was removed.</param>
    /// <param name="retention">How long commits stay.</param>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public static async Task<IReadOnlyList<HeldCommit>> CommitsAsync(
        SnapshotStore store, ulong commit, SnapshotRetention retention)
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var commits = manifest?.Commits ?? [];
        return
        [
            .. commits.Select((one, place) => (One: one, Newer: commits.Count - 1 - place)).Where(held => held.One.Number <= commit)
                // A full that was made after the removal has no trace of it.
                .Where(held => held.One.Number < commit || held.One.Kind == SnapshotKind.Delta)
                .Select(held => new HeldCommit
                {
                    Number = held.One.Number,
                    Kind = held.One.Kind,
                    Created = held.One.Created,
                    Files = [.. held.One.Files.Select(file => file.Name)],
                    StaysUntil = held.One.Created + retention.Age,
                    CommitsToGo = Math.Max(0, retention.Commits - held.Newer),
                }),
        ];
    }

    /// <summary>A report of what holds some ids, made of one of what may: the files are read.</summary>
    /// <param name="report">Says what may.</param>
    /// <param name="store">The store of the commits; null where there is none.</param>
    /// <param name="request">The ids.</param>
    /// <param name="cancellationToken">Once it is cancelled, what is left may hold them.</param>
    public static async Task<ForgetReport> LookAsync(
        ForgetReport report, SnapshotStore? store, ForgetRequest request, CancellationToken cancellationToken)
    {
        var commits = new List<HeldCommit>();
        if (store is not null)
        {
            var search = new HeldSearch(store, request, cancellationToken);
            foreach (var commit in report.Commits)
            {
                var held = await search.LookAsync(commit.Files).ConfigureAwait(false);
                if (held.Count > 0) commits.Add(commit with { Held = held });
            }
        }
        var backups = new List<HeldBackup>();
        foreach (var ofStore in report.Backups.GroupBy(backup => backup.Store))
        {
            var search = new HeldSearch(request.Backups[ofStore.Key], request, cancellationToken);
            foreach (var backup in ofStore)
            {
                var held = await search.LookAsync(backup.Files).ConfigureAwait(false);
                if (backup.Held.Count + held.Count > 0) backups.Add(backup with { Held = [.. backup.Held, .. held] });
            }
        }
        return report with { Commits = commits, Backups = backups };
    }

    /// <summary>The back-ups of some stores.</summary>
    /// <exception cref="SnapshotException">A store failed, or holds something else.</exception>
    public static async Task<IReadOnlyList<HeldBackup>> BackupsAsync(IReadOnlyList<SnapshotStore> stores)
    {
        var held = new List<HeldBackup>();
        for (var i = 0; i < stores.Count; i++)
        {
            var entries = await SnapshotBackup.ListAsync(stores[i], CancellationToken.None).ConfigureAwait(false);
            for (var place = 0; place < entries.Count; place++)
            {
                var (files, unknown) = await FilesOfAsync(stores[i], entries[place]).ConfigureAwait(false);
                held.Add(new HeldBackup
                {
                    Store = i,
                    Id = entries[place].Id,
                    Created = entries[place].Created,
                    Newer = entries.Count - 1 - place,
                    Files = files,
                    Held = unknown,
                });
            }
        }
        return held;
    }

    private static async ValueTask<(IReadOnlyList<string> Files, IReadOnlyList<HeldFile> Unknown)> FilesOfAsync(
        SnapshotStore store, SnapshotBackupEntry entry)
    {
        try
        {
            return (await SnapshotBackup.FilesOfAsync(store, entry, CancellationToken.None).ConfigureAwait(false), []);
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            return ([], [new HeldFile { Name = entry.Manifest.Name, Reason = $"what it names could not be read. {exception.Message}" }]);
        }
    }
}
