using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Writes a table of a store for others.</summary>
public sealed class Export(TextWriter output)
{
    /// <summary>Writes a NumPy file. What is not finished does not stay.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> NpzAsync(SnapshotStore store, string table, string path, bool compress, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder {folder} to write the file into.");
        if (Directory.Exists(path)) throw new UsageException($"{path} is a folder; name a file.");
        var unfinished = path + ".unfinished";
        try
        {
            var (rows, length) = await WriteAsync(
                store, table, unfinished, new NpzExportOptions { Compress = compress, TemporaryFolder = folder }, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
            output.WriteLine($"{rows:N0} rows of '{table}' in {path}, {Bytes.Format(length)}.");
            return 0;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Shows rows as text.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TsvAsync(SnapshotStore store, string table, long rows, CancellationToken cancellationToken)
    {
        await TableExport.WriteTsvAsync(store, table, output, new TsvExportOptions { MaxRows = rows }, cancellationToken);
        return 0;
    }

    private static async Task<(long Rows, long Length)> WriteAsync(
        SnapshotStore store, string table, string path, NpzExportOptions options, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var rows = await TableExport.WriteNpzAsync(store, table, file, options, cancellationToken);
        return (rows, file.Length);
    }
}
