using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// Reads rows that other programs wrote into a table. A NumPy file, <c>.npz</c>, has an array <c>ids</c> (int64 or uint64, [n]), an array
/// <c>weights</c> (float32, [n, dimension], the segments side by side) and perhaps <c>last_updates</c> (uint32, [n], seconds since the Unix
/// epoch); where it also has <c>segments</c> or <c>dimensions</c>, as <see cref="TableExport"/> writes them, these must be the table's.
/// Arrays of versions 1.0 to 3.0, little-endian, in C order, deflated or not. Other arrays are not read.
/// </summary>
public static class TableImport
{
    /// <summary>
    /// Assigns the rows of a NumPy file to their ids, as
    /// <see cref="EmbeddingTable.Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, DateTimeOffset)"/> does: optimizer state begins at its
    /// start, other rows stay, the last place of a repeated id wins. The file is read twice, first to check all of it. Times later than
    /// <see cref="EmbeddingTable.LatestEventTime"/> are refused. Its newest time becomes the table's newest event time, unless that
    /// is later: a wrong one would let other rows expire. Memory is bounded whatever the file claims.
    /// </summary>
    /// <param name="table">The table; others may use it meanwhile.</param>
    /// <param name="source">The file; must be able to seek, and is left open.</param>
    /// <param name="eventTime">
    /// The last update of rows where the file does not say, rounded down to whole seconds; the table's newest event time where null. Where
    /// the table knows none yet either, they count from the first eviction that knows one.
    /// </param>
    /// <param name="cancellationToken">Cancels the call between chunks of rows; those before stay assigned.</param>
    /// <returns>How many rows were read and written.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, lacks an array, or one does not fit the table; nothing changed. The message says what is wrong, and how NumPy
    /// would put it right.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="source"/> cannot seek.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="eventTime"/> is later than <see cref="EmbeddingTable.LatestEventTime"/>, or lies before 1970 or after
    /// 2106-02-07 06:28:15.
    /// </exception>
    /// <exception cref="BatchInterruptedException">Memory ran out, or a plug-in threw; every row is whole.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public static Task<ImportedRows> ReadNpzAsync(
        EmbeddingTable table, Stream source, DateTimeOffset? eventTime = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(source);
        if (!source.CanSeek)
            throw new ArgumentException("A NumPy file is read from its end; copy it into a file or memory first.", nameof(source));
        NpyFormat.RequireLittleEndian();
        uint? given = eventTime is { } time ? EventSeconds.Of(time, nameof(eventTime)) : null;
        if (given is { } seconds && table.EventTimes.IsFuture(seconds))
            throw OutOfRange.Of(nameof(eventTime), eventTime!.Value, NpzFaults.LaterThanClock("it", seconds, table.EventTimes.Now));
        return Task.Run(() => Read(table, source, given ?? table.NewestEventSeconds, cancellationToken), cancellationToken);
    }

    private static ImportedRows Read(EmbeddingTable table, Stream source, uint eventSeconds, CancellationToken cancellationToken)
    {
        var newestMilliseconds = 0L;
        ForEach(table, source, eventSeconds, chunk =>
        {
            foreach (var time in chunk.LastUpdatesMilliseconds) newestMilliseconds = Math.Max(newestMilliseconds, time);
            return true;
        }, cancellationToken);
        var newest = EventSeconds.OfMilliseconds(newestMilliseconds);
        if (table.EventTimes.IsFuture(newest))
            throw NpzFaults.Wrong(NpyFormat.LastUpdates, NpzFaults.LaterThanClock("its newest time", newest, table.EventTimes.Now));
        if (newest > 0) table.ConfirmImportedEventTime(newest);
        var written = 0L;
        var read = ForEach(table, source, eventSeconds, chunk =>
        {
            written += table.Assign(chunk.Ids, chunk.Weights, chunk.LastUpdatesMilliseconds);
            return true;
        }, cancellationToken);
        return new ImportedRows { Read = read, Written = written };
    }

    private static long ForEach(
        EmbeddingTable table, Stream source, uint eventSeconds, RowChunkAction action, CancellationToken cancellationToken)
    {
        source.Position = 0;
        using var file = new NpzFile(source);
        using var rows = new NpzRows(file, table);
        rows.ForEach(eventSeconds, action, cancellationToken);
        return rows.Count;
    }
}
