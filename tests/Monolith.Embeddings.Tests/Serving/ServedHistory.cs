using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// A chain of which replicas get some tables with some commits alone, and what each table was at each commit: what a replica has is
/// compared with that.
/// </summary>
internal sealed class ServedHistory : IAsyncDisposable
{
    public static readonly string[] Names = ["users", "items"];

    private readonly Dictionary<ulong, string[]> _states = [];
    private readonly Dictionary<ulong, string[]> _unserved = [];
    private readonly List<(TrainedModel Owner, ModelReplica Replica)> _replicas = [];
    private readonly List<TrainedModel> _dead = [];
    private readonly Random _random;
    private readonly Snapshots.FaultyStore _store;

    public ServedHistory(int seed)
    {
        (_random, _store) = (new Random(seed), new());
        Trained = new TrainedModel(_store, seed);
    }

    public TrainedModel Trained { get; private set; }

    public SnapshotStore Store => _store;

    public IEnumerable<ModelReplica> Replicas => _replicas.Select(r => r.Replica);

    /// <summary>The numbers of all fulls that there were.</summary>
    public HashSet<ulong> Fulls { get; } = [];

    public int Publications { get; private set; }

    /// <summary>Learns, and cuts a commit, whose state is noted whether it becomes durable or not.</summary>
    public async Task<PendingSnapshot> CutAsync(bool full, string[] unserved)
    {
        for (var batches = _random.Next(4); batches > 0; batches--) Trained.Train(rows: _random.Next(1, 12));
        var pending = await Trained.CutAsync(full, unserved);
        var number = pending.Plan.Number;
        _states[number] = [.. Names.Select(Trained.StateOf)];
        _unserved[number] = pending.Kind == SnapshotKind.Full ? [] : unserved;
        return pending;
    }

    /// <summary>Makes a commit durable.</summary>
    public async Task<SnapshotCommit> CommitAsync(bool full = false, params string[] unserved)
    {
        await using var pending = await CutAsync(full, unserved);
        var commit = await pending.WriteAsync();
        if (commit.Kind == SnapshotKind.Full) Fulls.Add(commit.Number);
        Publications += commit.ServedTables.Count(table => table.To > table.From + 1);
        return commit;
    }

    /// <summary>A commit that is not made, or whose answer is lost.</summary>
    public async Task FailAsync(string[] unserved)
    {
        await using var pending = await CutAsync(full: false, unserved);
        var how = _random.Next(3);
        (_store.RefusesManifests, _store.LosesAnswers) = (how == 1, how == 2);
        if (how > 0) Assert.That(() => pending.WriteAsync(), Throws.TypeOf<SnapshotException>());
        (_store.RefusesManifests, _store.LosesAnswers) = (false, false);
    }

    public async Task FoldAsync()
    {
        if (await SnapshotCompactor.CompactAsync(_store) is { } full) Fulls.Add(full.Number);
    }

    public Task RetainAsync(bool keepsOwed) =>
        SnapshotCompactor.RetainAsync(_store, new() { Commits = 1, Age = TimeSpan.Zero, KeepsOwed = keepsOwed });

    /// <summary>Another trainer goes on from the store.</summary>
    public void Restart(SnapshotStore? store = null)
    {
        Trained.Chain.Dispose();
        _dead.Add(Trained);
        Trained = new TrainedModel(store ?? _store, _random.Next());
    }

    public async Task<ModelReplica> JoinAsync()
    {
        _replicas.Add((Trained, await Trained.OpenAsync(store: _store)));
        return _replicas[^1].Replica;
    }

    /// <summary>A replica follows, and has what the trainer had.</summary>
    public async Task FollowAsync(ModelReplica replica)
    {
        await replica.CatchUpAsync();
        await AssertAsync(replica);
    }

    public async Task AssertAsync(ModelReplica replica)
    {
        var manifest = (await new SnapshotPublisher(_store).ReadAsync(default))!;
        var newest = manifest.Newest!.Number;
        Assert.That(replica.Version.Number, Is.EqualTo(newest));
        foreach (var (table, i) in Names.Select((name, i) => (name, i)))
        {
            var (has, given) = (replica.Version.NumberOf(table), LastGiven(table, newest));
            Assert.That(
                has == given || (has > given && Fulls.Contains(has)), $"'{table}' of {has}, given with {given}, at {newest}");
            Assert.That(TrainedModel.StateOf(replica, table), Is.EqualTo(_states[has][i]), $"'{table}' of {has} at {newest}");
        }
    }

    /// <summary>The commit with which replicas that follow got a table the last time.</summary>
    public ulong LastGiven(string table, ulong newest)
    {
        while (_unserved.GetValueOrDefault(newest, []).Contains(table)) newest--;
        return newest;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, replica) in _replicas) await replica.DisposeAsync();
        foreach (var trained in _dead) trained.Dispose();
        Trained.Dispose();
    }
}
