using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>
/// A replica that follows a trainer through all its lives: each version that it holds is a commit that stays, and none is older than the
/// one before.
/// </summary>
internal sealed class FollowingReplica(SnapshotStore store, CommitFollower commits) : IAsyncDisposable
{
    private ModelReplica? _replica;
    private ReplicaVersion? _held;

    /// <summary>How many versions it has held.</summary>
    public int Versions { get; private set; }

    public async Task FollowAsync()
    {
        var newest = await commits.FollowAsync();
        if (_replica is null && newest == 0) return;
        _replica ??= await OpenAsync();
        await _replica.CatchUpAsync();
        var version = _replica.Version;
        // A commit may have been made since the manifest was looked at.
        await commits.FollowAsync();
        Assert.That(commits.HasSeen(version.Number, version.Cut), Is.True, $"{version} is a commit");
        Assert.That(version.Number, Is.GreaterThanOrEqualTo(_held?.Number ?? 0));
        if (version != _held) Versions++;
        _held = version;
    }

    /// <summary>Compares the weights of all rows with those of the newest commit, or of the one as of which it has a table.</summary>
    public async Task AssertEqualsStoreAsync()
    {
        await FollowAsync();
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        Assert.That(_replica!.Version.Number, Is.EqualTo(manifest!.Newest!.Number));
        foreach (var table in new[] { "users", "items" })
        {
            var (rows, expected) = await RestoredTables.WeightsAsync(store, manifest, _replica.Version.NumberOf(table), table);
            var found = new float[expected.Length];
            Assert.That(_replica.Lookup(table, RestoredTables.Ids, found), Is.EqualTo(rows).And.GreaterThan(100), table);
            Assert.That(found, Is.EqualTo(expected), table);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null) await _replica.DisposeAsync();
    }

    private Task<ModelReplica> OpenAsync()
    {
        var schema = CrashScenario.CreateSchema();
        return ModelReplica.OpenAsync(store, CrashScenario.CreateModel(schema), new() { PollEvery = Timeout.InfiniteTimeSpan });
    }
}
