using Monolith.Embeddings.Snapshots;
using Samples.Common;

namespace SnapshotsSample.Commands;

/// <summary>Keeps a chain short.</summary>
public sealed class Compact(TextWriter output)
{
    /// <summary>Folds the deltas into a full, and drops old commits where that is asked for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SnapshotStore store, long? keep, CancellationToken cancellationToken)
    {
        var full = await SnapshotCompactor.CompactAsync(store, cancellationToken: cancellationToken)
            ?? throw new UsageException("The store has no commit to compact.");
        output.WriteLine($"Commit {full.Number} is a full of {full.Rows:N0} rows now, {Bytes.Format(full.Training.Length)}.");
        if (keep is not { } commits) return 0;
        var retention = new SnapshotRetention { Commits = (int)Math.Min(commits, int.MaxValue), Age = TimeSpan.Zero };
        var deleted = await SnapshotCompactor.RetainAsync(store, retention, null, cancellationToken);
        output.WriteLine($"Deleted {deleted.Count} files, {Bytes.Format(deleted.Sum(file => file.Length))}.");
        return 0;
    }
}
