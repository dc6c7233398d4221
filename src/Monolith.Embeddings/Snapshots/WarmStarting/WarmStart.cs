using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.WarmStarting;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Starts tables from another model's snapshot: the same ids with the weights that they had there, perhaps with their optimizer state. For
/// a model of another shape that need not start untrained. To go on with the same model, open its store by a
/// <see cref="SnapshotChain"/>.
/// </summary>
/// <example>
/// <code>
/// // The tables of a new model begin with the rows of an old one, of which some table is not wanted.
/// await WarmStart.LoadAsync(store, tables, new() { Drop = ["users"] }, cancellationToken: stopping);
/// </code>
/// </example>
public static class WarmStart
{
    /// <summary>
    /// Fills empty tables from the newest commit of a store, which is only read. Rows go where their ids belong, whatever the numbers of
    /// stripes; seeds need not agree. The admission filters begin empty, and the tables' newest event time becomes that of the snapshot,
    /// where it is later.
    /// </summary>
    /// <param name="store">The other model's store.</param>
    /// <param name="tables">The set; nothing else may use it meanwhile. Tables that start from nothing may have rows.</param>
    /// <param name="options">What is taken; the defaults where null.</param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; the tables are then as they were.</param>
    /// <returns>The commit that the tables were started from.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed or has no commit, a file was changed, or the tables differ in parts that <see cref="WarmStartOptions.Drop"/> does
    /// not name (<see cref="SnapshotFault.Mismatch"/>; the message names all of them); the tables are as they were.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The tables have no room for this many rows; they are as they were.</exception>
    /// <exception cref="InvalidOperationException">
    /// A table that is to be filled has rows, its admission filter counts ids already, or something else loads the tables.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<SnapshotCommit> LoadAsync(
        SnapshotStore store, EmbeddingTableSet tables, WarmStartOptions? options = null,
        IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(tables);
        OptionErrors.ThrowIfInvalid(options ??= new WarmStartOptions());
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Snapshots hold rows as they are in memory, little-endian; this processor is not.");
        using var chain = await ChainFiles.OpenAsync(store, options.FromServingFiles, cancellationToken).ConfigureAwait(false);
        using var claim = new TableClaim(tables);
        var transfers = WarmStartPlan.Make(chain, TableDescriptions.Of(tables), options);
        foreach (var transfer in transfers) RequireUntouched(tables.Tables[transfer.Target]);
        try
        {
            var rows = new TableWarmStart(tables, chain, new BlockPass(options.Threads, cancellationToken), progress);
            // A reader of files: it must not hold up the caller that awaits it.
            await Task.Run(() => rows.Run(transfers), cancellationToken).ConfigureAwait(false);
            return chain.Newest;
        }
        catch
        {
            foreach (var transfer in transfers) tables.Tables[transfer.Target].Clear();
            throw;
        }
    }

    private static void RequireUntouched(EmbeddingTable table)
    {
        if (table.Count > 0)
            throw new InvalidOperationException(
                $"Table '{table.Name}' has {table.Count} rows, which the snapshot would replace. "
                + "Start from a snapshot before anything was learned.");
        var pending = table.GetStatistics().PendingIds;
        if (pending > 0)
            throw new InvalidOperationException(
                $"The admission filter of table '{table.Name}' counts {pending} ids already. "
                + "Start from a snapshot before anything was learned.");
    }
}
