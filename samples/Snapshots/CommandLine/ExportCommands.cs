using System.CommandLine;
using SnapshotsSample.Commands;

namespace SnapshotsSample.CommandLine;

/// <summary>The commands that write what a store holds for other programs.</summary>
internal static class ExportCommands
{
    /// <summary>Rows as a NumPy file.</summary>
    public static Command Rows(TextWriter output)
    {
        var (store, table, file, compress) = (Shared.Store(), Shared.Table(), NumPyFile(), Compress());
        var command = new Command("export", "Write a table of the newest commit as a NumPy file: ids, weights, last_updates, "
            + "segments, dimensions.") { store, file, table, compress };
        command.SetAction((result, cancellationToken) => new Export(output).NpzAsync(
            Shared.Existing(result.GetValue(store)!), result.GetValue(table)!, result.GetValue(file)!, result.GetValue(compress),
            cancellationToken));
        return command;
    }

    /// <summary>Dense weights as a NumPy file.</summary>
    public static Command Dense(TextWriter output)
    {
        var (store, file, compress) = (Shared.Store(), NumPyFile(), Compress());
        var command = new Command("export-dense", "Write the dense weights of the newest commit as a NumPy file: an array for each, by "
            + "name. Of any model, also one of TorchSharp.") { store, file, compress };
        command.SetAction((result, cancellationToken) => new Export(output).DenseAsync(
            Shared.Existing(result.GetValue(store)!), result.GetValue(file)!, result.GetValue(compress), cancellationToken));
        return command;
    }

    /// <summary>Rows as text.</summary>
    public static Command Text(TextWriter output)
    {
        var (store, table) = (Shared.Store(), Shared.Table());
        var rows = Shared.Number("--rows", "The most rows to show.", 10);
        var command = new Command("tsv", "Show rows of the newest commit as tab-separated text.") { store, table, rows };
        command.SetAction((result, cancellationToken) => new Export(output)
            .TsvAsync(Shared.Existing(result.GetValue(store)!), result.GetValue(table)!, result.GetValue(rows), cancellationToken));
        return command;
    }

    private static Argument<string> NumPyFile() =>
        new("file") { HelpName = "FILE.npz", Description = "The NumPy file to write." };

    private static Option<bool> Compress() => new("--compress") { Description = "Deflate the arrays." };
}
