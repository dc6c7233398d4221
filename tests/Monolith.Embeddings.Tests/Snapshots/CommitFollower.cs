using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>Reads a store's manifest again and again, as a replica does: no commit that it has seen may be lost or replaced.</summary>
internal sealed class CommitFollower(SnapshotStore store)
{
    private readonly Dictionary<ulong, SnapshotCommit> _seen = [];

    public int Commits => _seen.Count;

    /// <summary>Looks once.</summary>
    /// <returns>The number of the newest commit; 0 before the first.</returns>
    public async Task<ulong> FollowAsync()
    {
        if (await ReadAsync() is not { } manifest) return 0;
        var commits = manifest.Commits.ToDictionary(c => c.Number);
        foreach (var (number, commit) in _seen) Assert.That(commits.GetValueOrDefault(number), Is.EqualTo(commit), "a commit that was seen before");
        foreach (var commit in manifest.Commits) _seen[commit.Number] = commit;
        return manifest.Newest?.Number ?? 0;
    }

    /// <summary>How many batches the newest commit has learned from.</summary>
    public async Task<long> NewestStepsAsync()
    {
        var newest = (await ReadAsync())!.Newest!;
        using var contents = SnapshotContents.Open(await store.OpenAsync(newest.Training.Name), newest.Training);
        return TrainerState.Load(contents.ReadSection(TrainerState.Section), new ProgressiveMetrics(CrashScenario.CreateSchema())).Steps;
    }

    private ValueTask<SnapshotManifest?> ReadAsync() => new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
}
