using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>A small model whose rows change at random and are committed to a store, and the replicas of it.</summary>
internal sealed class ServedShop : IDisposable
{
    public const int Ids = 400;

    private static readonly long[] AllIds = [.. Enumerable.Range(0, Ids).Select(Id)];
    private readonly Random _random;

    public ServedShop(SnapshotStore store, int seed = 1, IProgress<SnapshotCommit>? told = null)
    {
        (Store, _random) = (store, new Random(seed));
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = CreateModel();
        Chain = SnapshotChain.OpenAsync(Store, Tables, new() { Committed = told }).GetAwaiter().GetResult();
    }

    public static FeatureSchema Schema { get; } = CreateSchema();

    public SnapshotStore Store { get; }

    public EmbeddingTableSet Tables { get; }

    public DeepFm Model { get; private set; }

    public SnapshotChain Chain { get; }

    /// <summary>What each table had at each commit, by the commit's identity.</summary>
    public Dictionary<Guid, string> States { get; } = [];

    public static DeepFm CreateModel(ulong seed = 1) => new(Schema, new() { Hidden = [4], MaxDegreeOfParallelism = 1, Seed = seed });

    /// <summary>A replica that looks at its store only when it must.</summary>
    public static Task<ModelReplica> OpenReplicaAsync(SnapshotStore store, TimeSpan? pollEvery = null) => ModelReplica.OpenAsync(
        store, CreateModel(), new() { PollEvery = pollEvery ?? Timeout.InfiniteTimeSpan, MemoryLimitBytes = 64 << 20 });

    /// <summary>Sets, removes and brings back rows, and gives the model other dense weights.</summary>
    public void Change(int rows = 40)
    {
        foreach (var table in Tables.Tables)
        {
            long[] ids = [.. Enumerable.Range(0, rows).Select(_ => Id(_random.Next(Ids))).Distinct()];
            float[] values = [.. Enumerable.Range(0, ids.Length * table.Dimension).Select(_ => _random.NextSingle() - 0.5f)];
            table.Assign(ids, values, DateTimeOffset.UtcNow);
            table.Remove([.. Enumerable.Range(0, rows / 8).Select(_ => Id(_random.Next(Ids)))]);
        }
        Model.Dispose();
        Model = CreateModel((ulong)_random.Next());
    }

    public async Task<SnapshotCommit> CommitAsync(bool full = false, bool isHeld = false, params string[] unserved)
    {
        using var model = new MemoryStream();
        Model.Save(model);
        await using var pending = await Chain.CutAsync(new SnapshotCommitContents
        {
            Sections = new Dictionary<string, ReadOnlyMemory<byte>> { [SnapshotChain.ModelSection] = model.ToArray() },
            IsFull = full,
            IsHeld = isHeld,
            UnservedTables = unserved,
        });
        var commit = await pending.WriteAsync();
        States[commit.Id] = StateOf(Tables);
        return commit;
    }

    public static string StateOf(EmbeddingTableSet tables) =>
        string.Join(';', tables.Tables.Select(table => StateOf(table.Dimension, (ids, to) => table.Lookup(ids, to))));

    /// <summary>All rows of a replica, to the bit.</summary>
    public static string StateOf(ModelReplica replica) =>
        string.Join(';', Schema.Tables.Select(table => StateOf(
            table.Segments.Sum(segment => segment.Dimension), (ids, to) => replica.Lookup(table.Name, ids, to))));

    /// <summary>Rows and predictions of a replica, to the bit.</summary>
    public static string AllOf(ModelReplica replica)
    {
        using var request = replica.Rent(Ids);
        request.Shared.Id(request.Schema.Slots[0], Id(3));
        foreach (var id in AllIds) request.Add().Id(request.Schema.Slots[1], id);
        var scores = new float[Ids];
        replica.Predict(request, scores);
        return $"{StateOf(replica)} {Hex(scores)}";
    }

    public static long Id(int number) => number * 0x1234567_89ABCDEF;

    public void Dispose()
    {
        Chain.Dispose();
        Tables.Dispose();
        Model.Dispose();
    }

    private static string StateOf(int dimension, Func<long[], float[], int> lookUp)
    {
        var weights = new float[Ids * dimension];
        return $"{lookUp(AllIds, weights)} {Hex(weights)}";
    }

    private static string Hex(float[] values) => Convert.ToHexString(MemoryMarshal.AsBytes(values.AsSpan()));

    private static FeatureSchema CreateSchema()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new FtrlOptions()).Vector(5, new AdagradOptions()));
        builder.Table("items", r => r.Vector(5, new AdagradOptions()));
        builder.Slot("user", "users");
        builder.Slot("item", "items");
        builder.Task("click");
        return builder.Build();
    }
}
