using System.Globalization;
using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Shows what a store holds, and whether it is whole.</summary>
public sealed class Inspect(TextWriter output)
{
    /// <summary>Shows the chain.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(FileSnapshotStore store, CancellationToken cancellationToken)
    {
        var found = await SnapshotInspector.InspectAsync(store, cancellationToken);
        await RequireNoBackUpsAsync(found, store, cancellationToken);
        Write(found);
        return Result(found);
    }

    /// <summary>Reads every byte of the chain.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> VerifyAsync(FileSnapshotStore store, CancellationToken cancellationToken)
    {
        var found = await SnapshotInspector.VerifyAsync(store, null, cancellationToken);
        await RequireNoBackUpsAsync(found, store, cancellationToken);
        var files = found.Manifest?.Files.ToList() ?? [];
        output.WriteLine($"Read {files.Count} files, {Bytes.Format(files.Sum(file => file.Length))}.");
        return Result(found);
    }

    /// <summary>Looks for ids that were forgotten in every file.</summary>
    /// <returns>The exit code: 1 where some are left.</returns>
    public async Task<int> FindForgottenAsync(SnapshotStore store, CancellationToken cancellationToken)
    {
        var found = await SnapshotInspector.FindForgottenAsync(store, null, cancellationToken);
        foreach (var one in found)
            output.WriteLine($"{one.File}: {Number(one.Count)} in {one.Place}{(one.MayBeNew ? ", perhaps new ones" : "")}");
        if (found.Count == 0) output.WriteLine("No file has an id that was forgotten.");
        return found.Count == 0 ? 0 : 1;
    }

    /// <summary>Says what the newest commit has of an id.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExplainAsync(SnapshotStore store, string table, long id, CancellationToken cancellationToken)
    {
        try
        {
            var told = await SnapshotInspector.ExplainAsync(store, table, id, cancellationToken);
            output.WriteLine(told.ToString());
            return 0;
        }
        catch (KeyNotFoundException unknown)
        {
            throw new UsageException(unknown.Message);
        }
    }

    // A folder of back-ups has files and no chain.
    private static async Task RequireNoBackUpsAsync(SnapshotInspection found, FileSnapshotStore store, CancellationToken cancellationToken)
    {
        if (found.Manifest is not null || found.UnnamedFiles.Count == 0) return;
        if ((await SnapshotBackup.ListAsync(store, cancellationToken)).Count == 0) return;
        throw new UsageException($"{store.Folder} holds back-ups, and not a store: look at them by list-back-ups and verify-back-ups.");
    }

    private int Result(SnapshotInspection found)
    {
        foreach (var problem in found.Problems) output.WriteLine(problem.Message);
        if (found.Problems.Count > 0) throw new InvalidDataException("The store is damaged; the lines above name each file.");
        if (found.Manifest is null) throw new UsageException("The store has no manifest: nothing was saved to it.");
        return 0;
    }

    private void Write(SnapshotInspection found)
    {
        if (found.Manifest is not { } manifest) return;
        output.WriteLine($"Chain {manifest.Chain}, trainer {manifest.Incarnation}, {Bytes.Format(manifest.Files.Sum(file => file.Length))} "
            + $"in {manifest.Files.Count()} files; {found.UnnamedFiles.Count} other files.");
        output.WriteLine();
        var commits = new TextTable("commit", "kind", "created (UTC)", "cuts", "rows", "removals", "training", "serving");
        foreach (var commit in manifest.Commits) commits.Add(CellsOf(commit));
        commits.Write(output);
        if (found.Commits.Count == 0) return;
        output.WriteLine();
        var tables = new TextTable($"commit {found.Commits[^1].Commit.Number}, table", "rows", "removals", "bytes a row");
        foreach (var table in found.Commits[^1].Training.Tables)
            tables.Add(table.Name, Number(table.Rows), Number(table.Removed), Number(table.RowBytes));
        tables.Write(output);
    }

    private static string[] CellsOf(SnapshotCommit commit) =>
    [
        Number((long)commit.Number), commit.Kind.ToString(), commit.Created.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        commit.Kind == SnapshotKind.Full ? $"{commit.To}" : $"{commit.From} to {commit.To}", Number(commit.Rows), Number(commit.Tombstones),
        Bytes.Format(commit.Training.Length), commit.Serving is { } serving ? Bytes.Format(serving.Length) : "-",
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
