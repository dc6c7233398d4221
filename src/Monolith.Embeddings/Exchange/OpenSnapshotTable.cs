using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;

namespace Monolith.Embeddings.Exchange;

/// <summary>A table of a store's newest commit. Owns the files.</summary>
internal sealed class OpenSnapshotTable : IDisposable
{
    private readonly ChainFiles _chain;

    private OpenSnapshotTable(ChainFiles chain, int table) => (_chain, Rows) = (chain, new SnapshotRows(chain.Files, table));

    public SnapshotRows Rows { get; }

    /// <exception cref="SnapshotException">There is no commit, it has no such table, or a file is missing or was changed.</exception>
    public static async Task<OpenSnapshotTable> OpenAsync(SnapshotStore store, string table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(table);
        var chain = await ChainFiles.OpenAsync(store, isServing: false, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < chain.Tables.Count; i++)
        {
            if (chain.Tables[i].Description.Name == table) return new OpenSnapshotTable(chain, i);
        }
        chain.Dispose();
        var names = string.Join(", ", chain.Tables.Select(t => $"'{t.Description.Name}'"));
        throw new SnapshotException(SnapshotFault.Mismatch, chain.Newest.Training.Name, $"a table '{table}'", $"only {names}.");
    }

    public void Dispose() => _chain.Dispose();
}
