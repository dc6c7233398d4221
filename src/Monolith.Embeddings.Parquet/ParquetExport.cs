using System.Globalization;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Parquet.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;
using Parquet;

namespace Monolith.Embeddings.Parquet;

/// <summary>
/// Writes the rows of a table as a Parquet file: <c>id</c> (int64), <c>last_update</c> (uint32, seconds since the Unix epoch) and
/// <c>weights</c> (a list of float, the segments side by side as in a lookup). The file's metadata name the table and its dimension. Rows
/// come in no order that means something; memory is bounded by a row group. Optimizer state is not exported: snapshots carry it.
/// </summary>
public static class ParquetExport
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
    /// <exception cref="IOException">The destination failed.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<long> WriteAsync(
        EmbeddingTable table, Stream destination, ParquetExportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(destination);
        options ??= new ParquetExportOptions();
        OptionErrors.ThrowIfInvalid(options);
        using var rows = table.EnumerateRows();
        var form = new RowForm();
        var writer = await ParquetWriter.CreateAsync(form.Schema, destination, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using var closing = writer.ConfigureAwait(false);
        writer.CustomMetadata = new Dictionary<string, string>
        {
            ["table"] = table.Name,
            ["dimension"] = table.Dimension.ToString(CultureInfo.InvariantCulture),
        };
        var buffer = new RowBuffer(options.RowGroupRows, table.Dimension);
        long written = 0;
        for (buffer.Fill(rows); buffer.Count > 0; buffer.Fill(rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await WriteGroupAsync(writer, form, buffer, table.Dimension, cancellationToken).ConfigureAwait(false);
            written += buffer.Count;
        }
        return written;
    }

    private static async Task WriteGroupAsync(
        ParquetWriter writer, RowForm form, RowBuffer rows, int dimension, CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(form.Id, rows.Ids, cancellationToken: cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(form.LastUpdate, rows.LastUpdates, cancellationToken: cancellationToken).ConfigureAwait(false);
        var weights = rows.Weights;
        var present = new int[weights.Length];
        var repeated = new int[weights.Length];
        Array.Fill(present, form.Weight.MaxDefinitionLevel);
        // A row's first weight begins a list.
        for (var i = 0; i < repeated.Length; i++) repeated[i] = i % dimension == 0 ? 0 : 1;
        await group.WriteAllPartsAsync(form.Weight, weights, present, repeated, cancellationToken).ConfigureAwait(false);
    }
}
