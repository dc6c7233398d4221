using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Options;

namespace Monolith.Embeddings.Snapshots.Restoring;

/// <summary>
/// Reads the files of a chain into tables, on several threads. Where it throws, tables are half restored: the caller clears them.
/// </summary>
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
    /// <param name="progress">Is told; null for none.</param>
    /// <exception cref="SnapshotException">A file was changed, or does not fit the tables.</exception>
    /// <exception cref="InsufficientMemoryException">There is no room for this many rows.</exception>
    public void Run(IReadOnlyList<SnapshotContents> chain, IProgress<SnapshotProgress>? progress)
    {
        var descriptions = TableDescriptions.Of(tables);
        _saved = chain.LastOrDefault(file => file.Schema is not null)?.Schema;
        foreach (var file in chain)
        {
            TableDescriptionFit.Require(file, descriptions, TableDescriptionFit.Advice);
            FileFingerprint.Require(file, tables, _saved);
        }
        var commits = ByCommit(chain);
        for (var i = 0; i < tables.Tables.Count; i++) Reserve(tables.Tables[i], commits[0], i);
        var total = chain.Sum(file => file.Tables.Sum(t => t.Rows));
        foreach (var files in commits)
        {
            // Of all tables before the rows of any: they share a memory limit, and one may have grown by what another lost.
            ForEachTable(files, RestoreRemovals);
            ForEachTable(files, RestoreRows);
            new SnapshotProgressReporter(progress, SnapshotPhase.Restoring, files[^1].Name).Report(_restored, total);
        }
        for (var i = 0; i < tables.Tables.Count; i++) RestoreFilter(chain, i);
        tables.ConfirmSavedEventTimes([.. NewestEventTimes(commits[^1])]);
    }

    /// <summary>The files of a chain, commit by commit.</summary>
    public static IReadOnlyList<IReadOnlyList<SnapshotContents>> ByCommit(IReadOnlyList<SnapshotContents> chain) =>
        [.. chain.GroupBy(file => file.Header.To).Select(files => files.ToArray())];

    /// <summary>The newest event time that each table of some files had seen.</summary>
    public static IEnumerable<uint> NewestEventTimes(IReadOnlyList<SnapshotContents> files) =>
        Enumerable.Range(0, files[^1].Tables.Count).Select(i => files.Max(file => file.Tables[i].Description.NewestEventTime));

    /// <summary>Makes room in each stripe for the rows that files have for it.</summary>
    public static void Reserve(EmbeddingTable table, IReadOnlyList<SnapshotContents> files, int index)
    {
        var rows = new double[table.StripeCount];
        foreach (var entry in files.SelectMany(file => file.Tables[index].RowBlocks.Select(block => file.Reader.Blocks[block])))
        {
            var (first, last) = (table.PlaceOf(entry.First), table.PlaceOf(entry.Last));
            for (var stripe = first; stripe <= last; stripe++) rows[stripe] += entry.Items / (last - first + 1.0);
        }
        // Blocks claim no more rows than they have bytes for, but the limit may be lower.
        if (files.Sum(file => file.Tables[index].Rows) > table.RowLimit || table.HashMask != ulong.MaxValue) return;
        table.Reserve([.. rows.Select(count => (int)Math.Min(Math.Ceiling(count), EmbeddingTableOptions.MaxRowsPerStripe))]);
    }

    /// <summary>
    /// Requires that the rows of a full were new to a table: which of two rows of an id would stay is a matter of chance.
    /// </summary>
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

    private void ForEachTable(IReadOnlyList<SnapshotContents> files, Action<EmbeddingTable, SnapshotContents, TableContents> restore)
    {
        foreach (var file in files)
        {
            for (var i = 0; i < tables.Tables.Count; i++) restore(tables.Tables[i], file, file.Tables[i]);
        }
    }

    private void RestoreRemovals(EmbeddingTable table, SnapshotContents file, TableContents contents) =>
        _pass.ForEach(file.Reader, contents.RemovedBlocks, block =>
        {
            BlockItems.Require(file.Name, block, sizeof(long));
            table.RestoreRemovals(block.Payload.Span);
        });

    private void RestoreRows(EmbeddingTable table, SnapshotContents file, TableContents contents)
    {
        try
        {
            _pass.ForEach(file.Reader, contents.RowBlocks, block =>
            {
                BlockItems.Require(file.Name, block, contents.Records.RecordBytes);
                RequireNew(table, file, block.Entry.Items, table.RestoreRows(block.Payload.Span, file.Header.From == 0));
                Interlocked.Add(ref _restored, block.Entry.Items);
            });
        }
        catch (InvalidDataException cause)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file.Name, $"rows of {table.Range} of table '{table.Name}'",
                $"others: {cause.Message}", cause);
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
            // Each process has filters of its own range of ids.
            var records = chain.GroupBy(file => file.Part).SelectMany(files => new AdmissionHistory([.. files], table).Records());
            tables.Tables[table].LoadAdmission(records);
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
