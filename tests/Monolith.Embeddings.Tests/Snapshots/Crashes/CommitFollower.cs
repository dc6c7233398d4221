using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>Reads a store's manifest again and again, as a replica does: no commit that it has seen may be lost or replaced.</summary>
internal sealed class CommitFollower(SnapshotStore store)
{
    private readonly Dictionary<(ulong Number, SnapshotKind Kind), SnapshotCommit> _seen = [];

    public int Commits => _seen.Count;

    /// <summary>Whether a commit of this number and cut was seen.</summary>
    public bool HasSeen(ulong number, ulong cut) => _seen.Any(s => s.Key.Number == number && s.Value.To == cut);

    /// <summary>Looks once.</summary>
    /// <returns>The number of the newest commit; 0 before the first.</returns>
    public async Task<ulong> FollowAsync()
    {
        if (await ReadAsync() is not { } manifest) return 0;
        // Old ones are dropped; what is there again must be the same.
        var commits = manifest.Commits.ToDictionary(c => (c.Number, c.Kind));
        foreach (var (key, commit) in _seen.Where(s => s.Key.Number > manifest.Commits[0].Number))
            Assert.That(commits.GetValueOrDefault(key), Is.EqualTo(commit), "a commit that was seen before");
        foreach (var (key, commit) in commits) _seen[key] = commit;
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
