using System.Runtime.InteropServices;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// A chain of which some commits are held back from replicas, and what each id was at each commit: what a replica has is compared with
/// that. Tables come by schedules of their own, too, and people are forgotten.
/// </summary>
internal sealed class HeldHistory : IAsyncDisposable
{
    public static readonly string[] Names = ["users", "items"];

    private static readonly long[] Ids = [.. Enumerable.Range(-5, TrainedModel.Ids + 10).Select(TrainedModel.Id)];

    private readonly Dictionary<ulong, Dictionary<string, string[]>> _states = [];
    private readonly Dictionary<ulong, string[]> _unserved = [];
    private readonly Dictionary<ulong, long[]> _forgotten = [];
    private readonly Dictionary<ulong, bool> _isHeld = [];
    private readonly HashSet<ulong> _fulls = [];
    private readonly List<(TrainedModel Owner, ModelReplica Replica)> _replicas = [];
    private readonly List<TrainedModel> _dead = [];
    private readonly Random _random;
    private readonly Snapshots.FaultyStore _store = new();

    public HeldHistory(int seed)
    {
        _random = new Random(seed);
        Trained = new TrainedModel(_store, seed);
    }

    public TrainedModel Trained { get; private set; }

    public SnapshotStore Store => _store;

    public IEnumerable<ModelReplica> Replicas => _replicas.Select(r => r.Replica);

    /// <summary>How many commits brought replicas what several before had held.</summary>
    public int Openings { get; private set; }

    /// <summary>How many fulls were held.</summary>
    public int HeldFulls { get; private set; }

    /// <summary>Learns, forgets some people if asked to, and makes a commit.</summary>
    public async Task<SnapshotCommit> CommitAsync(bool isHeld, bool full = false, int forgotten = 0, params string[] unserved)
    {
        await using var pending = await CutAsync(isHeld, full, forgotten, unserved);
        var before = Trained.Chain.Newest;
        var commit = await pending.WriteAsync();
        if (commit is { Kind: SnapshotKind.Full, IsHeld: false }) _fulls.Add(commit.Number);
        if (commit is { Kind: SnapshotKind.Full, IsHeld: true }) HeldFulls++;
        if (before is { IsHeld: true } && !isHeld) Openings++;
        return commit;
    }

    /// <summary>A commit that is not made, or whose answer is lost.</summary>
    public async Task FailAsync(bool isHeld)
    {
        await using var pending = await CutAsync(isHeld, full: false, forgotten: 0, []);
        var how = _random.Next(3);
        (_store.RefusesManifests, _store.LosesAnswers) = (how == 1, how == 2);
        if (how > 0) Assert.That(() => pending.WriteAsync(), Throws.TypeOf<SnapshotException>());
        (_store.RefusesManifests, _store.LosesAnswers) = (false, false);
    }

    public async Task FoldAsync()
    {
        var before = await ManifestAsync();
        var full = await SnapshotCompactor.CompactAsync(_store);
        if (full is { IsHeld: false, Kind: SnapshotKind.Full }) _fulls.Add(full.Number);
        Assert.That(full!.Number, Is.EqualTo(PublishedAt(before!.Newest!.Number) is > 0 and var last ? last : before.Newest.Number));
    }

    public Task RetainAsync(bool keepsOwed) =>
        SnapshotCompactor.RetainAsync(_store, new() { Commits = 1, Age = TimeSpan.Zero, KeepsOwed = keepsOwed });

    /// <summary>Another trainer goes on from the store.</summary>
    public void Restart()
    {
        Trained.Chain.Dispose();
        _dead.Add(Trained);
        Trained = new TrainedModel(_store, _random.Next());
    }

    public async Task<ModelReplica> JoinAsync()
    {
        _replicas.Add((Trained, await Trained.OpenAsync(store: _store)));
        return _replicas[^1].Replica;
    }

    public async Task FollowAsync(ModelReplica replica)
    {
        await replica.CatchUpAsync();
        await AssertAsync(replica);
    }

    /// <summary>A replica has each table as it was published, without those who were forgotten since.</summary>
    public async Task AssertAsync(ModelReplica replica)
    {
        var newest = (await ManifestAsync())!.Newest!.Number;
        var published = PublishedAt(newest);
        var version = replica.Version;
        Assert.That((version.Number, version.PublishedNumber, version.DenseNumber), Is.EqualTo((newest, published, published)));
        foreach (var table in Names)
        {
            var (has, given) = (version.NumberOf(table), LastGiven(table, newest));
            Assert.That(has == given || (has > given && _fulls.Contains(has)), $"'{table}' of {has}, given with {given}, at {newest}");
            var found = StateOf((ids, to) => replica.Lookup(table, ids, to));
            Assert.That(found, Is.EqualTo(ExpectedOf(table, has, newest)), $"'{table}' of {has} at {newest}");
        }
    }

    public ulong PublishedAt(ulong newest)
    {
        while (newest > 0 && _isHeld[newest]) newest--;
        return newest;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, replica) in _replicas) await replica.DisposeAsync();
        foreach (var trained in _dead) trained.Dispose();
        Trained.Dispose();
    }

    public ValueTask<SnapshotManifest?> ManifestAsync() => new SnapshotPublisher(_store).ReadAsync(default);

    private async Task<PendingSnapshot> CutAsync(bool isHeld, bool full, int forgotten, string[] unserved)
    {
        for (var batches = _random.Next(4); batches > 0; batches--) Trained.Train(rows: _random.Next(1, 12));
        long[] people = [.. Enumerable.Range(0, forgotten).Select(_ => Ids[_random.Next(Ids.Length)]).Distinct()];
        Trained.Forget(people);
        var pending = await Trained.CutAsync(full, isHeld, people, unserved);
        var number = pending.Plan.Number;
        _states[number] = Trained.Tables.Tables.ToDictionary(table => table.Name, table => StateOf((ids, to) => table.Lookup(ids, to)));
        _isHeld[number] = isHeld;
        _unserved[number] = isHeld ? Names : pending.Kind == SnapshotKind.Full ? [] : unserved;
        // A full that is held brings replicas nothing at all.
        _forgotten[number] = isHeld && pending.Kind == SnapshotKind.Full ? [] : people;
        return pending;
    }

    private ulong LastGiven(string table, ulong newest)
    {
        while (_unserved[newest].Contains(table)) newest--;
        return newest;
    }

    private string[] ExpectedOf(string table, ulong has, ulong newest)
    {
        var state = (string[])_states[has][table].Clone();
        for (var number = has + 1; number <= newest; number++)
        {
            foreach (var id in _forgotten[number]) state[Array.IndexOf(Ids, id)] = "none";
        }
        return state;
    }

    private static string[] StateOf(Func<long[], float[], int> lookUp)
    {
        // A bias and a vector of five.
        var weights = new float[6];
        return
        [
            .. Ids.Select(id => lookUp([id], weights) == 0 ? "none" : Convert.ToHexString(MemoryMarshal.AsBytes(weights.AsSpan()))),
        ];
    }
}
