using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Restoring;

/// <summary>What tables were restored from, and what else the commit held.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Sections">Its named sections.</param>
/// <param name="Segments">The segments of incremental sections that live.</param>
/// <param name="Chain">The chain that it is of.</param>
internal sealed record RestoredSnapshot(
    SnapshotCommit Commit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections, IReadOnlyList<SnapshotSegment> Segments,
    Guid Chain)
{
    /// <summary>Restores the newest commit of a store; null where there is none.</summary>
    /// <param name="publisher">Reads the manifest.</param>
    /// <param name="tables">The tables; empty.</param>
    /// <param name="threads">How many threads read.</param>
    /// <param name="tracker">Follows the tables; goes on after the cut of the commit.</param>
    /// <param name="progress">Is told, if not null.</param>
    /// <param name="withParts">Whether to restore what other processes wrote, too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">A file is missing, was changed, or does not fit; the tables are empty.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static async Task<RestoredSnapshot?> RestoreNewestAsync(
        SnapshotPublisher publisher, EmbeddingTableSet tables, int threads, DeltaTracker tracker, IProgress<SnapshotProgress>? progress,
        bool withParts, CancellationToken cancellationToken) =>
        await publisher.ReadFilesAsync(
            async manifest => manifest?.Newest is null
                ? null
                : await RestoreAsync(publisher.Store, manifest, tables, threads, progress, cancellationToken, tracker, withParts)
                    .ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

    /// <summary>Requires a cut that the change clock of tables can go on from.</summary>
    /// <exception cref="SnapshotException">Its number is too great.</exception>
    public static void RequireClock(SnapshotCommit commit)
    {
        if (commit.To <= StoredLimits.Cut) return;
        throw new SnapshotException(
            SnapshotFault.Mismatch, commit.Training.Name,
            $"a cut up to {StoredLimits.Cut}", $"{commit.To}: the numbers of cuts are used up.");
    }

    /// <summary>Restores the newest commit of a chain.</summary>
    /// <exception cref="SnapshotException">A file is missing, was changed, or does not fit; the tables are empty.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static async Task<RestoredSnapshot> RestoreAsync(
        SnapshotStore store, SnapshotManifest manifest, EmbeddingTableSet tables, int threads, IProgress<SnapshotProgress>? progress,
        CancellationToken cancellationToken, DeltaTracker? tracker = null, bool withParts = true)
    {
        Prepare(manifest.Newest!, tables);
        tracker?.GoOnAfter(manifest.Newest!.To);
        try
        {
            var files = withParts
                ? ChainFiles.OpenAsync(store, manifest, isServing: false, cancellationToken)
                : ChainFiles.OpenPartAsync(store, manifest, part: null, cancellationToken);
            using var chain = await files.ConfigureAwait(false);
            // A reader of files: it must not hold up the caller that awaits it.
            return await Task.Run(() => Restore(chain, manifest, tables, threads, progress, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            foreach (var table in tables.Tables) table.Clear();
            throw;
        }
    }

    /// <summary>Makes tables ready to take a commit.</summary>
    /// <exception cref="SnapshotException">The numbers of cuts are used up.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static void Prepare(SnapshotCommit commit, EmbeddingTableSet tables)
    {
        if (tables.Count > 0)
        {
            throw new InvalidOperationException(
                $"The tables have {tables.Count} rows, and the store has commit {commit.Number}, which would replace them. "
                + "Restore into empty tables.");
        }
        RequireClock(commit);
        // What an eviction killed would be taken for rows of the snapshot.
        foreach (var table in tables.Tables) table.FinishEviction();
    }

    private static RestoredSnapshot Restore(
        ChainFiles chain, SnapshotManifest manifest, EmbeddingTableSet tables, int threads, IProgress<SnapshotProgress>? progress,
        CancellationToken cancellationToken)
    {
        var (files, newest) = (chain.Files, chain.Files[^1]);
        // Nothing is taken from a file that was changed anywhere: what else restoring does not read are the sections of older commits.
        foreach (var older in files.SkipLast(1)) older.VerifyNamedSections();
        var sections = newest.NamedSections.ToDictionary(name => name, name => (ReadOnlyMemory<byte>)newest.ReadSection(name));
        new TableRestore(tables, threads, cancellationToken).Run(files, progress);
        return new RestoredSnapshot(chain.Newest, sections, manifest.SegmentsOf(chain.Newest), manifest.Chain);
    }
}
