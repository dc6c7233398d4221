using System.Globalization;
using Monolith.Embeddings.Snapshots;
using SnapshotsSample.Reporting;

namespace SnapshotsSample.Commands;

/// <summary>Shows what a store holds.</summary>
public sealed class ListCommits(TextWriter output)
{
    /// <summary>Shows the chain.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SnapshotStore store, CancellationToken cancellationToken)
    {
        var stored = await store.ReadManifestAsync(cancellationToken) ?? throw new UsageException("The store has no manifest: nothing was saved to it.");
        var manifest = SnapshotManifest.Parse(stored.Bytes.Span);
        var table = new TextTable("commit", "kind", "created (UTC)", "cuts", "rows", "removals", "training", "serving");
        foreach (var commit in manifest.Commits) table.Add(CellsOf(commit));
        output.WriteLine($"Chain {manifest.Chain}, trainer {manifest.Incarnation}, {Bytes.Format(manifest.Files.Sum(file => file.Length))} in {manifest.Files.Count()} files.");
        output.WriteLine();
        table.Write(output);
        return 0;
    }

    private static string[] CellsOf(SnapshotCommit commit) =>
    [
        Number((long)commit.Number), commit.Kind.ToString(), commit.Created.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        commit.Kind == SnapshotKind.Full ? $"{commit.To}" : $"{commit.From} to {commit.To}", Number(commit.Rows), Number(commit.Tombstones),
        Bytes.Format(commit.Training.Length), commit.Serving is { } serving ? Bytes.Format(serving.Length) : "-",
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
