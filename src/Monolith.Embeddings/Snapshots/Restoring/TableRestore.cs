using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Snapshots.Restoring;

/// <summary>Reads the files of a chain into tables, on several threads. Whoever throws leaves tables that are half restored: the caller clears them.</summary>
/// <param name="tables">The tables, empty before the first file.</param>
/// <param name="threads">How many threads read; each holds one block.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class TableRestore(EmbeddingTableSet tables, int threads, CancellationToken cancellationToken)
{
    private readonly BlockPass _pass = new(threads, cancellationToken);
    private IReadOnlyList<SchemaPart>? _saved;
    private long _restored;

    /// <summary>Restores the rows of a full, and brings them up to date by the deltas after it; then the state of the filters.</summary>
    /// <param name="chain">The full and the deltas, in order.</param>
    /// <param name="progress">Is told; null for nobody.</param>
    /// <exception cref="SnapshotException">A file was changed, or does not fit the tables.</exception>
    /// <exception cref="InsufficientMemoryException">There is no room for so many rows.</exception>
    public void Run(IReadOnlyList<SnapshotContents> chain, IProgress<SnapshotProgress>? progress)
    {
        var descriptions = TableDescriptions.Of(tables);
        _saved = chain.LastOrDefault(file => file.Schema is not null)?.Schema;
        foreach (var file in chain)
        {
            TableDescriptionFit.Require(file, descriptions);
            FileFingerprint.Require(file, tables, _saved);
        }
        for (var i = 0; i < tables.Tables.Count; i++) Reserve(tables.Tables[i], chain[0], i);
        var total = chain.Sum(file => file.Tables.Sum(t => t.Rows));
        foreach (var file in chain)
        {
            var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Restoring, file.Name);
            // Of all tables before the rows of any: they share a memory limit, and one may have grown by what another lost.
            for (var i = 0; i < tables.Tables.Count; i++) RestoreRemovals(tables.Tables[i], file, file.Tables[i]);
            for (var i = 0; i < tables.Tables.Count; i++) RestoreRows(tables.Tables[i], file, file.Tables[i]);
            reporter.Report(_restored, total);
        }
        for (var i = 0; i < tables.Tables.Count; i++) RestoreFilter(chain, i);
        tables.ConfirmSavedEventTimes([.. chain[^1].Tables.Select(t => t.Description.NewestEventTime)]);
    }

    /// <summary>Makes room in each stripe for the rows that a file has for it.</summary>
    public static void Reserve(EmbeddingTable table, SnapshotContents file, int index)
    {
        var rows = new double[table.StripeCount];
        foreach (var block in file.Tables[index].RowBlocks)
        {
            var entry = file.Reader.Blocks[block];
            var (first, last) = (StripeChoice.Of(entry.First, rows.Length), StripeChoice.Of(entry.Last, rows.Length));
            for (var stripe = first; stripe <= last; stripe++) rows[stripe] += entry.Items / (last - first + 1.0);
        }
        // Blocks claim no more rows than they have bytes for, but the limit may be lower.
        if (file.Tables[index].Rows > table.RowLimit || table.HashMask != ulong.MaxValue) return;
        table.Reserve([.. rows.Select(count => (int)Math.Min(Math.Ceiling(count), EmbeddingTableOptions.MaxRowsPerStripe))]);
    }

    /// <summary>Requires that the rows of a full were new to a table: which of two rows of an id would stay is a matter of chance.</summary>
    /// <exception cref="SnapshotException">Some were not.</exception>
    public static void RequireNew(EmbeddingTable table, SnapshotContents file, long rows, long added)
    {
        if (file.Header.From == 0 && added < rows)
        {
            throw new SnapshotException(
                SnapshotFault.Damaged, file.Name, $"one row for each id of table '{table.Name}'",
                "two for some id, unless something else wrote to the table while it was restored.");
        }
    }

    private void RestoreRemovals(EmbeddingTable table, SnapshotContents file, TableContents contents) =>
        _pass.ForEach(file, contents.RemovedBlocks, sizeof(long), (_, payload) => table.RestoreRemovals(payload));

    private void RestoreRows(EmbeddingTable table, SnapshotContents file, TableContents contents)
    {
        try
        {
            _pass.ForEach(file, contents.RowBlocks, contents.Records.RecordBytes, (entry, payload) =>
            {
                RequireNew(table, file, entry.Items, table.RestoreRows(payload, file.Header.From == 0));
                Interlocked.Add(ref _restored, entry.Items);
            });
        }
        catch (InsufficientMemoryException cause)
        {
            var changed = Differences(part => part.IsLimitOf(table.Name));
            throw new InsufficientMemoryException(
                $"{cause.Message} When it was saved the table had room for {contents.Description.RowLimit}; "
                + $"now it has for {table.RowLimit}{changed}.", cause);
        }
    }

    private void RestoreFilter(IReadOnlyList<SnapshotContents> chain, int table)
    {
        try
        {
            tables.Tables[table].LoadAdmission(new AdmissionHistory(chain, table).Records());
        }
        catch (InvalidDataException exception)
        {
            var name = tables.Tables[table].Name;
            throw new SnapshotException(SnapshotFault.Mismatch, chain[^1].Name, $"the state of the admission filter of table '{name}'",
                $"something else: {exception.Message}{Differences(part => part.IsAdmissionOf(name))}", exception);
        }
    }

    private string Differences(Predicate<SchemaPart> counts) =>
        SchemaDifferences.Of(_saved, tables.Description, counts) is { } differences ? $" ({differences})" : "";
}
