using Parquet;
using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Columns;

/// <summary>The row groups of a Parquet file, one after the other. Used by one thread.</summary>
internal sealed class RowGroups : IAsyncDisposable
{
    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;
    private readonly string[] _names;
    private readonly string _file;

    private RowGroups(string file, ParquetReader reader, DataField[] fields, string[] names) =>
        (_file, _reader, _fields, _names) = (file, reader, fields, names);

    public int Count => _reader.RowGroupCount;

    public static async Task<RowGroups> OpenAsync(string file, Stream stream, string[] names, CancellationToken cancellationToken)
    {
        ParquetReader? reader = null;
        try
        {
            reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            return new RowGroups(file, reader, ColumnChoice.Find(reader.Schema, names), names);
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
        {
            if (reader is not null) await reader.DisposeAsync().ConfigureAwait(false);
            throw new InvalidDataException($"{file} cannot be read as a Parquet file: {exception.Message}", exception);
        }
    }

    /// <summary>How many rows a row group has.</summary>
    public long RowsOf(int group) => _reader.RowGroups[group].RowCount;

    /// <summary>The columns of a row group, in the order of the names.</summary>
    /// <exception cref="InvalidDataException">They are damaged, or of a kind that is not read.</exception>
    public async Task<ColumnValues[]> ReadAsync(int group, CancellationToken cancellationToken)
    {
        using var reader = _reader.OpenRowGroupReader(group);
        var columns = new ColumnValues[_names.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            try
            {
                columns[i] = await new ColumnReader(_names[i], reader, _fields[i], cancellationToken).ReadAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException and not OutOfMemoryException)
            {
                throw new InvalidDataException(
                    $"{_file}, row group {group}, column '{_names[i]}' cannot be read: {exception.Message}", exception);
            }
        }
        return columns;
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();
}
