using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Restoring;

/// <summary>What tables were restored from, and what else the commit held.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Sections">Its named sections.</param>
/// <param name="Deltas">How many deltas there were after the newest full.</param>
internal sealed record RestoredSnapshot(SnapshotCommit Commit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections, int Deltas)
{
    // How often files may go, because the chain was folded and cleaned, between the reading of the manifest and theirs.
    private const int Attempts = 5;

    /// <summary>Restores the newest commit of a store; null where there is none.</summary>
    /// <param name="publisher">Reads the manifest.</param>
    /// <param name="tables">The tables; empty.</param>
    /// <param name="threads">How many threads read.</param>
    /// <param name="begin">Called with the number of the cut before a row is read.</param>
    /// <param name="progress">Is told, if not null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">A file is missing, was changed, or does not fit; the tables are empty.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static async Task<RestoredSnapshot?> RestoreNewestAsync(
        SnapshotPublisher publisher, EmbeddingTableSet tables, int threads, Action<ulong> begin, IProgress<SnapshotProgress>? progress,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (manifest?.Newest is null) return null;
            try
            {
                return await RestoreAsync(
                    publisher.Store, manifest, tables, threads, progress, cancellationToken, begin).ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && attempt < Attempts)
            {
                // The manifest of now may name others.
            }
        }
    }

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
        CancellationToken cancellationToken, Action<ulong>? begin = null)
    {
        if (tables.Count > 0)
            throw new InvalidOperationException($"The tables have {tables.Count} rows, and the store has commit {manifest.Newest!.Number}, which would replace them. Restore into empty tables.");
        RequireClock(manifest.Newest!);
        // What an eviction killed would be taken for rows of the snapshot.
        foreach (var table in tables.Tables) table.FinishEviction();
        begin?.Invoke(manifest.Newest!.To);
        var chain = new List<SnapshotContents>();
        try
        {
            foreach (var commit in manifest.NewestChain) chain.Add(await SnapshotContents.OpenAsync(store, manifest.Chain, commit, cancellationToken).ConfigureAwait(false));
            // A reader of files: it must not hold up whoever awaits it.
            return await Task.Run(() =>
            {
                // Nothing is taken from a file that was changed anywhere: what else restoring does not read are the sections of older commits.
                foreach (var older in chain.SkipLast(1)) older.VerifyNamedSections();
                var sections = chain[^1].NamedSections.ToDictionary(name => name, name => (ReadOnlyMemory<byte>)chain[^1].ReadSection(name));
                new TableRestore(tables, threads, cancellationToken).Run(chain, progress);
                return new RestoredSnapshot(manifest.Newest!, sections, chain.Count - 1);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (var table in tables.Tables) table.Clear();
            throw;
        }
        finally
        {
            foreach (var file in chain) file.Dispose();
        }
    }
}
