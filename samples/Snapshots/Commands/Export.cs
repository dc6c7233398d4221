using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Writes a table or the dense weights of a store for others.</summary>
public sealed class Export(TextWriter output)
{
    /// <summary>Writes the rows of a table as a NumPy file. What is not finished does not stay.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> NpzAsync(SnapshotStore store, string table, string path, bool compress, CancellationToken cancellationToken)
    {
        var rows = await WriteAsync(path, (file, folder) => TableExport.WriteNpzAsync(
            store, table, file, new NpzExportOptions { Compress = compress, TemporaryFolder = folder }, cancellationToken));
        output.WriteLine($"{rows:N0} rows of '{table}' in {path}, {Bytes.Format(new FileInfo(path).Length)}.");
        return 0;
    }

    /// <summary>Writes the dense weights as a NumPy file. What is not finished does not stay.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> DenseAsync(SnapshotStore store, string path, bool compress, CancellationToken cancellationToken)
    {
        var written = await WriteAsync(path, (file, _) => DenseExport.WriteNpzAsync(store, file, compress, cancellationToken));
        output.WriteLine($"{written.Weights:N0} dense weights in {path}, {Bytes.Format(new FileInfo(path).Length)}: "
            + $"{string.Join(", ", written.Arrays)}.");
        if (written.LeftOut.Count > 0) output.WriteLine($"Not in it, for they are no floats: {string.Join(", ", written.LeftOut)}.");
        return 0;
    }

    /// <summary>Shows rows as text.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TsvAsync(SnapshotStore store, string table, long rows, CancellationToken cancellationToken)
    {
        await TableExport.WriteTsvAsync(store, table, output, new TsvExportOptions { MaxRows = rows }, cancellationToken);
        return 0;
    }

    private static async Task<T> WriteAsync<T>(string path, Func<Stream, string, Task<T>> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder {folder} to write the file into.");
        if (Directory.Exists(path)) throw new UsageException($"{path} is a folder; name a file.");
        var unfinished = path + ".unfinished";
        try
        {
            T written;
            await using (var file = File.Create(unfinished)) written = await write(file, folder);
            File.Move(unfinished, path, overwrite: true);
            return written;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
