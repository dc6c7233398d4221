using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Deltas.Publishing;

/// <summary>Finds what a manifest has that was not published.</summary>
internal static class DeltaBacklog
{
    /// <summary>What comes after the commit that was published last.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="last">The commit that was published last; null for none.</param>
    /// <param name="most">How many deltas are sent one after the other; where there are more, the newest commit is announced.</param>
    public static IReadOnlyList<BacklogStep> After(SnapshotManifest manifest, SnapshotCommit? last, int most)
    {
        if (manifest.Newest is not { } newest) return [];
        var isThere = last is not null && manifest.Commits.Any(commit => commit.Number == last.Number && commit.Id == last.Id);
        // What replicas have is not known, or is of a history that was given up: they look at the store.
        if (!isThere || newest.Number - last!.Number > (ulong)most) return [new BacklogStep(newest, true)];
        var steps = new List<BacklogStep>();
        for (var number = last.Number + 1; number <= newest.Number; number++)
        {
            var commits = manifest.Commits.Where(commit => commit.Number == number).ToList();
            if (commits.Count == 0) return [new BacklogStep(newest, true)];
            var delta = commits.Find(commit => commit.Kind == SnapshotKind.Delta);
            var isSent = delta is { Parts.Count: 0 } && delta.Id != Guid.Empty;
            steps.Add(isSent ? new BacklogStep(delta!, false) : new BacklogStep(commits[^1], true));
        }
        return steps;
    }
}
