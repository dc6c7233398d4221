using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What tables were restored from, and what else the commit held.</summary>
internal sealed record RestoredSnapshot(SnapshotCommit Commit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections)
{
    // How often files may go, because the chain was folded and cleaned, between the reading of the manifest and theirs.
    private const int Attempts = 5;

    /// <summary>Restores the newest commit of a store; null where there is none.</summary>
    /// <exception cref="SnapshotException">A file is missing, was changed, or does not fit; the tables are empty.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static async Task<RestoredSnapshot?> RestoreNewestAsync(
        SnapshotPublisher publisher, EmbeddingTableSet tables, int threads, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var manifest = await publisher.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (manifest?.Newest is null) return null;
            try
            {
                return await RestoreAsync(publisher.Store, manifest, tables, threads, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Missing && attempt < Attempts)
            {
                // The manifest of now may name others.
            }
        }
    }

    /// <summary>Restores the newest commit of a chain.</summary>
    /// <exception cref="SnapshotException">A file is missing, was changed, or does not fit; the tables are empty.</exception>
    /// <exception cref="InvalidOperationException">The tables are not empty.</exception>
    public static async Task<RestoredSnapshot> RestoreAsync(
        SnapshotStore store, SnapshotManifest manifest, EmbeddingTableSet tables, int threads, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        if (tables.Count > 0)
            throw new InvalidOperationException($"The tables have {tables.Count} rows, and the store has commit {manifest.Newest!.Number}, which would replace them. Restore into empty tables.");
        var chain = new List<SnapshotContents>();
        try
        {
            foreach (var commit in manifest.NewestChain) chain.Add(await OpenAsync(store, manifest, commit, cancellationToken).ConfigureAwait(false));
            // A reader of files: it must not hold up whoever awaits it.
            await Task.Run(() => new TableRestore(tables, threads, cancellationToken).Run(chain, (uint)manifest.Newest!.To, progress), cancellationToken).ConfigureAwait(false);
            var newest = chain[^1];
            return new RestoredSnapshot(manifest.Newest!, newest.NamedSections.ToDictionary(name => name, name => (ReadOnlyMemory<byte>)newest.ReadSection(name)));
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

    private static async Task<SnapshotContents> OpenAsync(SnapshotStore store, SnapshotManifest manifest, SnapshotCommit commit, CancellationToken cancellationToken)
    {
        var contents = SnapshotContents.Open(await store.OpenAsync(commit.Training.Name, cancellationToken).ConfigureAwait(false), commit.Training);
        try
        {
            contents.RequireOf(manifest.Chain, commit);
            return contents;
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }
}
