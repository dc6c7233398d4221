namespace Monolith.Embeddings.Snapshots;

/// <summary>Looks through a store once.</summary>
/// <param name="store">The store.</param>
/// <param name="check">Looks further into a file that could be opened; throws where something is wrong.</param>
/// <param name="cancellationToken">Cancels it.</param>
internal sealed class Inspection(SnapshotStore store, Action<SnapshotContents> check, CancellationToken cancellationToken)
{
    private readonly List<SnapshotException> _problems = [];

    public async Task<SnapshotInspection> RunAsync()
    {
        var manifest = await ReadManifestAsync().ConfigureAwait(false);
        var commits = new List<InspectedCommit>();
        foreach (var commit in manifest?.Commits ?? [])
        {
            var training = await InspectAsync(manifest!, commit, commit.Training).ConfigureAwait(false);
            var serving = commit.Serving is null ? null : await InspectAsync(manifest!, commit, commit.Serving).ConfigureAwait(false);
            commits.Add(new InspectedCommit(commit, training, serving));
        }
        var named = (manifest?.Files ?? []).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotInspection(manifest, commits, [.. files.Where(f => !named.Contains(f.Name))], _problems);
    }

    private async Task<SnapshotManifest?> ReadManifestAsync()
    {
        try
        {
            return await new SnapshotPublisher(store).ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            _problems.Add(problem);
            return null;
        }
    }

    private async Task<InspectedFile> InspectAsync(SnapshotManifest manifest, SnapshotCommit commit, SnapshotFileEntry entry)
    {
        try
        {
            var file = await store.OpenAsync(entry.Name, cancellationToken).ConfigureAwait(false);
            return await Task.Run(() => Inspect(manifest, commit, entry, file), cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            _problems.Add(problem);
            return new InspectedFile(entry, [], new Dictionary<string, long>(), problem);
        }
    }

    private InspectedFile Inspect(SnapshotManifest manifest, SnapshotCommit commit, SnapshotFileEntry entry, SnapshotFile file)
    {
        using var contents = SnapshotContents.Open(file, entry);
        contents.RequireOf(manifest.Chain, commit);
        check(contents);
        var sections = contents.Reader.Sections.Where(s => TableSections.IsUsersOwn(s.Name)).ToDictionary(s => s.Name, s => (long)s.Items);
        return new InspectedFile(entry, [.. contents.Tables.Select(t => new InspectedTable(t.Description.Name, t.Rows, t.Removed, t.Records.RecordBytes))], sections, Problem: null);
    }
}
