using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// Writes the rows of a table for other programs: as a NumPy file, or as readable text. From a table in use, or from the newest commit
/// of a store, which needs no table. Rows come in no order that means something; memory is bounded whatever the table's size. Optimizer
/// state is not exported: snapshots carry it.
/// </summary>
/// <remarks>
/// <para>
/// A NumPy file, <c>.npz</c>, has five arrays, little-endian, in C order, which <c>numpy.load</c> reads without pickle: <c>ids</c> (int64,
/// [n]), <c>weights</c> (float32, [n, dimension], the segments side by side as in a lookup), <c>last_updates</c> (uint32, [n], seconds
/// since the Unix epoch), <c>segments</c> (the names of the segments) and <c>dimensions</c> (int64, how many columns each has):
/// <c>numpy.split(f["weights"], f["dimensions"].cumsum()[:-1], axis=1)</c> takes the weights apart.
/// </para>
/// <para>
/// Text has a line a row, tab-separated, below a line of names: id, slot (where ids pack one), last update in ISO 8601, and the weights,
/// each with as many digits as give the same float back.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// // numpy.load reads it: ids, and an array a segment.
/// await TableExport.WriteNpzAsync(items, destination, cancellationToken: stopping);
/// </code>
/// </example>
public static class TableExport
{
    /// <summary>
    /// Writes a table that others go on using. A row that is there all the while is written once, as it was at one moment; see
    /// <see cref="EmbeddingTable.EnumerateRows"/>.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="destination">Receives the file; need not be able to seek, and is left open.</param>
    /// <param name="options">How it is written; the defaults where null.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is then no file.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="IOException">The destination or the temporary folder failed.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<long> WriteNpzAsync(
        EmbeddingTable table, Stream destination, NpzExportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        return await WriteNpzAsync(new LiveRows(table), destination, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a table as the newest commit of a store holds it.</summary>
    /// <param name="store">The store; only read.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="destination">Receives the file; need not be able to seek, and is left open.</param>
    /// <param name="options">How it is written; the defaults where null.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is then no file.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="SnapshotException">The store failed, has no commit or no such table, or a file was changed.</exception>
    /// <exception cref="IOException">The destination or the temporary folder failed.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<long> WriteNpzAsync(
        SnapshotStore store, string table, Stream destination, NpzExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using var snapshot = await OpenSnapshotTable.OpenAsync(store, table, cancellationToken).ConfigureAwait(false);
        return await WriteNpzAsync(snapshot.Rows, destination, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes rows of a table that others go on using, as text.</summary>
    /// <param name="table">The table.</param>
    /// <param name="destination">Receives the text.</param>
    /// <param name="options">How much of it; the defaults where null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <inheritdoc cref="WriteNpzAsync(EmbeddingTable, Stream, NpzExportOptions?, CancellationToken)"
    /// path="/*[self::returns or self::exception]" />
    public static async Task<long> WriteTsvAsync(
        EmbeddingTable table, TextWriter destination, TsvExportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        return await WriteTsvAsync(new LiveRows(table), destination, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes rows of a table as the newest commit of a store holds it, as text.</summary>
    /// <param name="store">The store; only read.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="destination">Receives the text.</param>
    /// <param name="options">How much of it; the defaults where null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <inheritdoc cref="WriteNpzAsync(SnapshotStore, string, Stream, NpzExportOptions?, CancellationToken)"
    /// path="/*[self::returns or self::exception]" />
    public static async Task<long> WriteTsvAsync(
        SnapshotStore store, string table, TextWriter destination, TsvExportOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        using var snapshot = await OpenSnapshotTable.OpenAsync(store, table, cancellationToken).ConfigureAwait(false);
        return await WriteTsvAsync(snapshot.Rows, destination, options, cancellationToken).ConfigureAwait(false);
    }

    private static Task<long> WriteNpzAsync(
        TableRows rows, Stream destination, NpzExportOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        OptionErrors.ThrowIfInvalid(options ??= new NpzExportOptions());
        NpyFormat.RequireLittleEndian();
        var (compress, folder) = (options.Compress, options.TemporaryFolder);
        return Task.Run(
            () => NpzWriter.Write(rows, destination, compress, folder ?? Path.GetTempPath(), cancellationToken), cancellationToken);
    }

    private static Task<long> WriteTsvAsync(
        TableRows rows, TextWriter destination, TsvExportOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        OptionErrors.ThrowIfInvalid(options ??= new TsvExportOptions());
        var most = options.MaxRows;
        return Task.Run(() => new TsvWriter(rows, destination).Write(most, cancellationToken), cancellationToken);
    }
}
