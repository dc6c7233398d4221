using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Parquet.Columns;
using Monolith.Embeddings.Parquet.Rows;
using Monolith.Embeddings.Tables;
using Parquet;

namespace Monolith.Embeddings.Parquet;

/// <summary>
/// Reads rows that other programs wrote into a table, from a Parquet file as <see cref="ParquetExport"/> writes it: <c>id</c> (whole
/// numbers of any width), <c>weights</c> (a list of float or double, as many as the table has dimensions) and perhaps <c>last_update</c>
/// (whole numbers, seconds since the Unix epoch). Other columns are not read.
/// </summary>
public static class ParquetImport
{
    /// <summary>
    /// Assigns the rows of a file to their ids, as
    /// <see cref="EmbeddingTable.Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, ReadOnlySpan{long})"/> does: optimizer state begins at its
    /// start, other rows stay. The file is read twice, first to check all of it. Times later than
    /// <see cref="EmbeddingTable.LatestEventTime"/> are refused. Its newest time becomes the table's newest event time, unless that is
    /// later: a wrong one would let other rows expire. Memory is bounded by the largest row group.
    /// </summary>
    /// <param name="table">The table; others may use it meanwhile.</param>
    /// <param name="source">The file; must be able to seek, and is left open.</param>
    /// <param name="eventTime">
    /// The last update of rows where the file does not say, rounded down to whole seconds; null, the default, for the table's newest event
    /// time.
    /// </param>
    /// <param name="cancellationToken">Cancels the call between row groups; those before stay assigned.</param>
    /// <returns>How many rows were read and written.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, lacks a column, a row does not fit the table, or a time lies in the future; nothing changed.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="source"/> cannot seek.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="eventTime"/> is later than <see cref="EmbeddingTable.LatestEventTime"/>, or before 1970.
    /// </exception>
    /// <exception cref="BatchInterruptedException">Memory ran out, or a plug-in threw; every row is whole.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public static async Task<ImportedRows> ReadAsync(
        EmbeddingTable table, Stream source, DateTimeOffset? eventTime = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(source);
        if (!source.CanSeek)
            throw new ArgumentException("A Parquet file is read from its end; copy it into a file or memory first.", nameof(source));
        var times = new ImportedTimes(table.LatestEventTime, eventTime, table.NewestEventTime);
        var (read, written) = (0L, 0L);
        await ForEachAsync(_ => { }).ConfigureAwait(false);
        await ForEachAsync(rows =>
        {
            read += rows.Count;
            written += rows.AssignTo(table);
        }).ConfigureAwait(false);
        return new ImportedRows { Read = read, Written = written };

        async Task ForEachAsync(Action<ImportedGroup> action)
        {
            var groups = await OpenAsync(source, cancellationToken).ConfigureAwait(false);
            await using var closing = groups.ConfigureAwait(false);
            for (var group = 0; group < groups.Count; group++)
            {
                var columns = await groups.ReadAsync(group, cancellationToken).ConfigureAwait(false);
                action(new ImportedGroup(columns, group, (int)groups.RowsOf(group), table.Dimension, times));
            }
        }
    }

    private static async Task<RowGroups> OpenAsync(Stream source, CancellationToken cancellationToken)
    {
        source.Position = 0;
        try
        {
            var schema = await ParquetReader.ReadSchemaAsync(source).ConfigureAwait(false);
            string[] names = schema.Fields.Any(field => field.Name == RowForm.LastUpdateName)
                ? [RowForm.IdName, RowForm.WeightsName, RowForm.LastUpdateName]
                : [RowForm.IdName, RowForm.WeightsName];
            source.Position = 0;
            return await RowGroups.OpenAsync("The file", source, names, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException and not OutOfMemoryException and not InvalidDataException)
        {
            throw new InvalidDataException($"The file cannot be read as a Parquet file: {exception.Message}", exception);
        }
    }
}
