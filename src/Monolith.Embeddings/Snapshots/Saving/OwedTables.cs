using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// What a file for replicas holds of tables that they get less often, and the training files of the commits whose changes they did not get
/// yet. Owns the files.
/// </summary>
internal sealed class OwedTables : IDisposable
{
    private readonly IReadOnlyList<ServedTable> _tables;
    private readonly List<(ulong Number, SnapshotContents File)> _files = [];

    private OwedTables(IReadOnlyList<ServedTable> tables) => _tables = tables;

    /// <summary>No such table: the file has all.</summary>
    public static OwedTables None => new([]);

    /// <summary>Ids by the table's name that the file removes, though it leaves the table out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<long>> Removals { get; set; } =
        new Dictionary<string, IReadOnlyCollection<long>>();

    /// <summary>Opens what is owed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="plan">The commit that is being written.</param>
    /// <param name="part">The part whose file it is; null for the trainer's own.</param>
    /// <param name="cancellationToken">Asked before each file.</param>
    /// <exception cref="SnapshotException">A commit was dropped meanwhile, or its file is missing or was changed.</exception>
    public static async Task<OwedTables> OpenAsync(
        SnapshotStore store, SnapshotPartPlan plan, string? part, CancellationToken cancellationToken)
    {
        var given = plan.ServedTables.Where(table => !table.IsLeftOut && table.From + 1 < plan.Number).ToList();
        if (given.Count == 0) return new OwedTables(plan.ServedTables);
        var since = given.Min(table => table.From);
        return await new SnapshotPublisher(store).ReadFilesAsync(
            manifest => OpenAsync(store, CommitsOf(manifest, plan, since), plan, part, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The deltas of a manifest that follow a commit; null where some of them were dropped.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="since">The number of the commit.</param>
    /// <param name="newest">The number of the last of them.</param>
    public static IReadOnlyList<SnapshotCommit>? DeltasAfter(SnapshotManifest? manifest, ulong since, ulong newest)
    {
        var deltas = (manifest?.Commits ?? [])
            .Where(commit => commit.Kind == SnapshotKind.Delta && commit.Number > since && commit.Number <= newest).ToList();
        return (ulong)deltas.Count == newest - since ? deltas : null;
    }

    /// <summary>What the file holds of a table; null where that is what changed since the commit before.</summary>
    public ServedTable? Of(string table) => _tables.FirstOrDefault(served => served.Name == table);

    /// <summary>The training files of the commits after one, in order, without that of the commit that is being written.</summary>
    public IReadOnlyList<SnapshotContents> FilesAfter(ulong commit) =>
        [.. _files.Where(file => file.Number > commit).Select(file => file.File)];

    public void Dispose()
    {
        foreach (var (_, file) in _files) file.Dispose();
    }

    private static IReadOnlyList<SnapshotCommit> CommitsOf(SnapshotManifest? manifest, SnapshotPartPlan plan, ulong since) =>
        DeltasAfter(manifest, since, plan.Number - 1) ?? throw new SnapshotException(
            SnapshotFault.Missing, DiskManifest.Name, $"commits {since + 1} to {plan.Number - 1}, whose changes replicas did not get yet",
            "not all of them: some were dropped meanwhile. The next commit takes what is left.");

    private static async Task<OwedTables> OpenAsync(
        SnapshotStore store, IReadOnlyList<SnapshotCommit> commits, SnapshotPartPlan plan, string? part,
        CancellationToken cancellationToken)
    {
        var owed = new OwedTables(plan.ServedTables);
        try
        {
            foreach (var commit in commits)
            {
                var which = commit.FilesOf(isServing: false).First(file => file.Part == part);
                var file = await SnapshotContents.OpenAsync(store, plan.Chain, commit, which, cancellationToken).ConfigureAwait(false);
                owed._files.Add((commit.Number, file));
            }
            return owed;
        }
        catch
        {
            owed.Dispose();
            throw;
        }
    }
}
