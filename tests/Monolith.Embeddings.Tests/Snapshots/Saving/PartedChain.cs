using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>
/// A trainer with tables of its own and two parts, as if they were other processes: each trains ids that the others do not have.
/// </summary>
internal sealed class PartedChain : IDisposable
{
    public static readonly string[] Names = ["shard é", "shard 2"];

    private readonly SnapshotStore _store;
    private readonly EmbeddingTableSet[] _sets = [.. Enumerable.Range(0, 3).Select(_ => CreateTables())];
    private readonly SnapshotPartWriter[] _writers = new SnapshotPartWriter[2];
    private readonly Random _random;
    private SnapshotChain? _chain;

    private PartedChain(SnapshotStore store, int seed) => (_store, _random) = (store, new Random(seed));

    public SnapshotChain Chain => _chain!;

    /// <summary>The whole sections of the next commit.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sections { get; set; } =
        new Dictionary<string, ReadOnlyMemory<byte>> { ["model"] = new byte[] { 1, 2, 3 } };

    public IReadOnlyList<SnapshotPartWriter> Writers => _writers;

    /// <summary>The tables: the trainer's, and those of the parts.</summary>
    public IReadOnlyList<EmbeddingTableSet> Sets => _sets;

    /// <summary>All that the tables hold together, in an order of its own.</summary>
    public string[] State => StateOf(_sets);

    public static EmbeddingTableSet CreateTables()
    {
        var one = TestTable.Plain(2, 2, o => (o.Name, o.Admission) = ("one", new MinOccurrencesOptions(2)));
        var two = TestTable.Options(4, 3, o => (o.Name, o.TrackAdmissionTime) = ("two", true));
        return new EmbeddingTableSet(new TableSchema([one, two]), new EmbeddingTableSetOptions { Seed = 7, MemoryLimitBytes = 64 << 20 });
    }

    public static string[] StateOf(params EmbeddingTableSet[] sets) =>
        [.. sets.SelectMany(SavedState.Of).SelectMany(Comparable).Order(StringComparer.Ordinal)];

    // Rows and counted ids alone: newest event times, and how full the maps of counted ids are, differ between one set of tables and three.
    private static IEnumerable<string> Comparable(string line)
    {
        const int pending = 16, header = 24, id = 32;
        if (line.Contains(" at ", StringComparison.Ordinal)) return [];
        return line[pending] != ' ' ? [line] : line[(pending + 1 + header)..].Chunk(id).Select(counted => $"counted {new string(counted)}");
    }

    /// <summary>Sets rows of the first table.</summary>
    public static void Assign(EmbeddingTableSet set, params long[] ids) =>
        set.Tables[0].Assign(ids, TestTable.Values(ids.Length, set.Tables[0].Dimension, (int)ids[0]), eventTime: At.Seconds(1000));

    public static async Task<PartedChain> OpenAsync(SnapshotStore store, int seed)
    {
        var parted = new PartedChain(store, seed);
        try
        {
            for (var i = 0; i < Names.Length; i++)
                parted._writers[i] = await SnapshotPartWriter.OpenAsync(store, parted._sets[i + 1], Names[i]);
            parted._chain = await SnapshotChain.OpenAsync(store, parted._sets[0], new() { RestoreParts = false });
            return parted;
        }
        catch
        {
            parted.Dispose();
            throw;
        }
    }

    public void Train(int steps)
    {
        for (; steps > 0; steps--)
        {
            var set = _random.Next(3);
            var table = _sets[set].Tables[_random.Next(2)];
            long[] ids = [.. Enumerable.Range(0, 4).Select(_ => (3L * _random.Next(12)) + set).Distinct()];
            var values = TestTable.Values(ids.Length, table.Dimension, _random.Next());
            if (_random.Next(4) == 0) table.Remove(ids);
            else table.ApplyGradients(ids, values, [], At.Seconds((uint)(1000 + steps)), steps);
        }
    }

    /// <summary>Cuts everywhere, and calls back before anything is written.</summary>
    public async Task<SnapshotCommit> CommitAsync(
        Action? atCut = null, Func<List<SnapshotPart>, Task>? change = null, IReadOnlyList<SnapshotSegment>? appended = null,
        IReadOnlyList<SnapshotSegment>? dropped = null, bool isFull = false)
    {
        await using var pending = await Chain.CutAsync(new SnapshotCommitContents
        {
            Sections = Sections,
            AppendedSegments = appended ?? [],
            DroppedSegments = dropped ?? [],
            PartNames = Names,
            IsFull = isFull,
        });
        var (plan, cuts) = (pending.Plan, new List<PendingPart>());
        try
        {
            foreach (var writer in _writers) cuts.Add(await writer.CutAsync(plan));
            atCut?.Invoke();
            var parts = new List<SnapshotPart>();
            foreach (var cut in cuts) parts.Add(await cut.WriteAsync());
            if (change is not null) await change(parts);
            return await pending.WriteAsync(parts);
        }
        finally
        {
            foreach (var cut in cuts) await cut.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _chain?.Dispose();
        foreach (var writer in _writers) writer?.Dispose();
        foreach (var set in _sets) set.Dispose();
    }
}
