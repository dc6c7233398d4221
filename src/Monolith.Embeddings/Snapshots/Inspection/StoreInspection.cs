using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>Looks through a store once.</summary>
/// <param name="store">The store.</param>
/// <param name="check">Looks further into a file that could be opened; throws where something is wrong.</param>
/// <param name="readsSegments">Whether to read segments whole, too.</param>
/// <param name="cancellationToken">Cancels it.</param>
/// <param name="scratch">Empty tables to restore the newest commit into, and to clear again; null for none.</param>
internal sealed class StoreInspection(
    SnapshotStore store, Action<SnapshotContents> check, bool readsSegments, CancellationToken cancellationToken,
    EmbeddingTableSet? scratch = null)
{
    private readonly List<SnapshotException> _problems = [];

    // By part; "" is the trainer's own.
    private readonly Dictionary<string, FileOfChain> _before = new(StringComparer.Ordinal);

    public async Task<SnapshotInspection> RunAsync()
    {
        var manifest = await ReadManifestAsync().ConfigureAwait(false);
        var commits = new List<InspectedCommit>();
        foreach (var commit in manifest?.Commits ?? [])
        {
            var found = new List<(CommitFile Which, InspectedFile File)>();
            foreach (var which in commit.TableFiles) found.Add((which, await InspectAsync(manifest!, commit, which).ConfigureAwait(false)));
            var own = found.Where(file => file.Which.Part is null).Select(file => file.File).ToList();
            commits.Add(new InspectedCommit
            {
                Commit = commit,
                Training = own[0],
                Serving = own.ElementAtOrDefault(1),
                Parts = [.. found.Where(file => file.Which.Part is not null).Select(file => file.File)],
            });
        }
        var segments = (manifest?.Commits ?? []).SelectMany(commit => commit.Segments).Distinct();
        foreach (var segment in segments) await InspectAsync(manifest!, segment).ConfigureAwait(false);
        if (scratch is not null && manifest?.Newest is not null) await RestoreAsync(manifest, scratch).ConfigureAwait(false);
        var named = (manifest?.Files ?? []).Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotInspection
        {
            Manifest = manifest,
            Commits = commits,
            UnnamedFiles = [.. files.Where(f => !named.Contains(f.Name))],
            Problems = _problems
        };
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

    private async Task<InspectedFile> InspectAsync(SnapshotManifest manifest, SnapshotCommit commit, CommitFile which)
    {
        try
        {
            using var contents = await SnapshotContents.OpenAsync(store, manifest.Chain, commit, which, cancellationToken)
                .ConfigureAwait(false);
            return await Task.Run(() => Inspect(commit, which, contents), cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            _problems.Add(problem);
            if (!which.IsServing) _before.Remove(which.Part ?? "");
            return new InspectedFile { Entry = which.Entry, Tables = [], Sections = new Dictionary<string, long>(), Problem = problem };
        }
    }

    private async Task InspectAsync(SnapshotManifest manifest, SnapshotSegment segment)
    {
        try
        {
            using var file = await SegmentFile.OpenAsync(store, manifest.Chain, segment, cancellationToken).ConfigureAwait(false);
            if (readsSegments)
                await Task.Run(() => file.Verify(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            _problems.Add(problem);
        }
    }

    private InspectedFile Inspect(SnapshotCommit commit, CommitFile which, SnapshotContents contents)
    {
        RestoredSnapshot.RequireClock(commit);
        RequireFit(commit, which, contents);
        check(contents);
        var sections = contents.Reader.Sections.Where(s => TableSections.IsUsersOwn(s.Name)).ToDictionary(s => s.Name, s => (long)s.Items);
        return new InspectedFile
        {
            Entry = which.Entry,
            Tables = [.. contents.Tables.Select(Inspected)],
            Sections = sections,
            Problem = null,
        };
    }

    private static InspectedTable Inspected(TableContents table) =>
        new() { Name = table.Description.Name, Rows = table.Rows, Removed = table.Removed, RowBytes = table.Records.RecordBytes };

    // A restore and a fold read a full snapshot and the deltas after it together: they must be of one schema, and their rows must have
    // one layout.
    private void RequireFit(SnapshotCommit commit, CommitFile which, SnapshotContents contents)
    {
        var isAlone = !contents.IsServing && commit.Kind == SnapshotKind.Full;
        if (!isAlone) _before.GetValueOrDefault(which.Part ?? "")?.Require(contents);
        if (!contents.IsServing) _before[which.Part ?? ""] = FileOfChain.Of(contents);
    }

    /// <exception cref="InvalidOperationException">The tables have rows.</exception>
    public static void RequireEmpty(EmbeddingTableSet tables)
    {
        if (tables.Count > 0)
            throw new InvalidOperationException($"The tables have {tables.Count} rows, which would be lost. Use empty tables.");
    }

    // The tables themselves say what else a restore into them would refuse: other options, no room, a filter that cannot read its records.
    private async Task RestoreAsync(SnapshotManifest manifest, EmbeddingTableSet tables)
    {
        using var claim = new TableClaim(tables);
        // Again: something may have been written to them while the files were read, and is not to be cleared.
        RequireEmpty(tables);
        try
        {
            await RestoredSnapshot.RestoreAsync(store, manifest, tables, Environment.ProcessorCount, null, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SnapshotException problem)
        {
            if (_problems.TrueForAll(known => known.File != problem.File)) _problems.Add(problem);
        }
        catch (OutOfMemoryException cause)
        {
            _problems.Add(new SnapshotException(
                SnapshotFault.Mismatch, manifest.Newest!.Training.Name, "tables with room for its rows", $"none: {cause.Message}", cause));
        }
        finally
        {
            foreach (var table in tables.Tables) table.Clear();
        }
    }
}
