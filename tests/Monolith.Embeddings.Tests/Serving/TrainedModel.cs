using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>A small model that learns, forgets ids, and commits to a store.</summary>
internal sealed class TrainedModel : IDisposable
{
    public const int Ids = 300;

    private readonly EmbeddingLayer _layer;
    private readonly FeatureBlocks _gradients;
    private readonly ExampleBatch _batch;
    private readonly Random _random;
    private int _step;

    public TrainedModel(
        SnapshotStore? store = null, int seed = 1, bool publishServing = true, int hidden = 6, int slots = 1, ManualTime? time = null)
    {
        (Store, Time, _random, Hidden) = (store ?? new MemorySnapshotStore(), time ?? new ManualTime(), new Random(seed), hidden);
        (Schema, Slots) = CreateSchema(slots);
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });
        Model = CreateModel();
        _layer = new EmbeddingLayer(Tables, Schema);
        _gradients = new FeatureBlocks(Schema.Layout);
        _batch = new ExampleBatch(Schema);
        Chain = SnapshotChain.OpenAsync(Store, Tables, new() { PublishServing = publishServing }, Time).GetAwaiter().GetResult();
    }

    public SnapshotStore Store { get; }

    public ManualTime Time { get; }

    public int Hidden { get; }

    public FeatureSchema Schema { get; }

    /// <summary>The user, the user's recent items, the candidate, and further ones of the user.</summary>
    public FeatureSlot[] Slots { get; }

    public EmbeddingTableSet Tables { get; }

    public DeepFm Model { get; }

    public SnapshotChain Chain { get; }

    public DeepFm CreateModel(int? hidden = null) => new(Schema, new() { Hidden = [hidden ?? Hidden], MaxDegreeOfParallelism = 1 });

    public Task<ModelReplica> OpenAsync(RowFormat precision = RowFormat.Float32, SnapshotStore? store = null, TimeSpan? pollEvery = null) =>
        ModelReplica.OpenAsync(store ?? Store, CreateModel(), Options(precision, pollEvery), Time);

    public ModelReplicaOptions Options(RowFormat precision = RowFormat.Float32, TimeSpan? pollEvery = null) =>
        new() { Precision = precision, PollEvery = pollEvery ?? Timeout.InfiniteTimeSpan, MemoryLimitBytes = 64 << 20 };

    /// <summary>Learns from a batch, and sometimes forgets ids.</summary>
    public void Train(int rows = 40)
    {
        _batch.Clear();
        for (var row = 0; row < rows; row++)
        {
            var writer = _batch.BeginExample();
            foreach (var slot in Slots) writer.Id(slot, NextId());
            writer.Id(Slots[1], NextId()).Dense(0, _random.NextSingle()).Label(Schema.Tasks[0], _random.Next(2) == 0);
            _batch.EndRow();
        }
        _layer.LookupOrAdmit(_batch, At.Seconds((uint)_step), _step);
        _gradients.Resize(rows);
        Model.Train(new TrainContext(_layer.Inputs, _batch, _gradients, new float[rows]));
        _layer.ApplyGradients(_gradients, At.Seconds((uint)_step), _step);
        _step++;
        if (_random.Next(2) == 0) Forget();
    }

    public async Task<SnapshotCommit> CommitAsync(bool full = false, params string[] unserved)
    {
        await using var pending = await CutAsync(full, unserved);
        return await pending.WriteAsync();
    }

    public ValueTask<PendingSnapshot> CutAsync(bool full = false, params string[] unserved) => CutAsync(full, false, [], unserved);

    /// <summary>As the other; the commit may be held back from replicas, which still lose the rows of a forgotten person.</summary>
    public ValueTask<PendingSnapshot> CutAsync(bool full, bool isHeld, long[] forgotten, string[] unserved)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return Chain.CutAsync(new SnapshotCommitContents
        {
            Sections = Sections(),
            IsFull = full,
            UnservedTables = unserved,
            IsHeld = isHeld,
            ServedRemovals = forgotten.Length == 0 ? new Dictionary<string, IReadOnlyCollection<long>>()
                : Tables.Tables.ToDictionary(table => table.Name, IReadOnlyCollection<long> (_) => forgotten),
        });
    }

    /// <summary>Removes the rows of ids.</summary>
    public void Forget(long[] ids)
    {
        foreach (var table in Tables.Tables) table.Remove(ids);
    }

    /// <summary>What a table has of each id, to the bit, and how many rows of them.</summary>
    public string StateOf(string table) => StateOf((ids, to) => Tables.Tables.Single(t => t.Name == table).Lookup(ids, to));

    /// <summary>The same of what a replica has.</summary>
    public static string StateOf(ModelReplica replica, string table) => StateOf((ids, to) => replica.Lookup(table, ids, to));

    public async Task<SnapshotManifest> ManifestAsync() => SnapshotManifest.Parse((await Store.ReadManifestAsync())!.Bytes.Span);

    public async Task<byte[]> ReadAsync(string file)
    {
        using var stored = await Store.OpenAsync(file);
        var bytes = new byte[stored.Length];
        for (var at = 0; at < bytes.Length;) at += stored.Read(at, bytes.AsSpan(at));
        return bytes;
    }

    public async Task<DeltaSnapshot> DeltaAsync(SnapshotCommit commit) =>
        new(Chain.Id, commit, await ReadAsync((commit.Serving ?? commit.Training).Name));

    /// <summary>Asserts that a replica holds what the tables and the model hold now, as its precision writes it.</summary>
    public void AssertEquals(ModelReplica replica, RowFormat precision = RowFormat.Float32)
    {
        Assert.That(replica.Version.Number, Is.EqualTo(Chain.Newest!.Number));
        foreach (var (table, i) in Tables.Tables.Select((t, i) => (t, i)))
        {
            long[] ids = [.. Enumerable.Range(-5, Ids + 10).Select(Id)];
            var (trained, served) = (new float[ids.Length * table.Dimension], new float[ids.Length * table.Dimension]);
            Assert.That(replica.Lookup(table.Name, ids, served), Is.EqualTo(table.Lookup(ids, trained)));
            int[] dimensions = [.. Schema.Tables[i].Segments.Select(s => s.Dimension)];
            var expected = trained.Chunk(table.Dimension)
                .SelectMany(row => WeightEncodingTests.Expected(row, dimensions, precision)).ToArray();
            Assert.That(Bits.Of(served), Is.EqualTo(Bits.Of(expected)), table.Name);
        }
        if (precision == RowFormat.Float32) AssertPredicts(replica);
    }

    /// <summary>
    /// Asserts that a replica of floats predicts what the model does, to the bit, where the user's side is shared and where it is not.
    /// </summary>
    public void AssertPredicts(ModelReplica replica)
    {
        const int rows = 9;
        using var request = replica.Rent(rows);
        var batch = new FeatureBatch(Schema);
        long[] recent = [Id(3), Id(77), Id(-1)];
        request.Shared.Id(Slot(request, 0), Id(4)).Ids(Slot(request, 1), recent).Dense(0, 0.25f).Dense(1, 3);
        for (var row = 0; row < rows; row++)
        {
            request.Add().Id(Slot(request, 2), Id(row * 31)).Dense(0, row);
            batch.BeginRow().Id(Slots[0], Id(4)).Ids(Slots[1], recent).Id(Slots[2], Id(row * 31)).Dense(0, row).Dense(1, 3);
            batch.EndRow();
        }
        var (scores, logits) = (new float[rows], new float[rows]);
        replica.Predict(request, scores);
        _layer.Lookup(batch);
        Model.Predict(new PredictContext(_layer.Inputs, batch, logits));
        Assert.That(Bits.Of(scores), Is.EqualTo(Bits.Of([.. logits.Select(Logistic.Sigmoid)])));
        Assert.That(scores.Distinct().Count(), Is.GreaterThan(1));
    }

    // A bias and a vector of five.
    private static string StateOf(Func<long[], float[], int> lookUp)
    {
        long[] ids = [.. Enumerable.Range(-5, Ids + 10).Select(Id)];
        var weights = new float[ids.Length * 6];
        var found = lookUp(ids, weights);
        return $"{found} {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan()))}";
    }

    public static long Id(int number) => number * 0x1234567_89ABCDEF;

    public void Dispose()
    {
        Chain.Dispose();
        Tables.Dispose();
        Model.Dispose();
        Time.Dispose();
    }

    private static (FeatureSchema Schema, FeatureSlot[] Slots) CreateSchema(int extraSlots)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new FtrlOptions()).Vector(5, new AdagradOptions()));
        builder.Table(
            "items", r => r.Bias(new FtrlOptions()).Vector(5, new AdagradOptions()), t => t.Segments[1].Precision = RowPrecision.Float16);
        List<FeatureSlot> slots =
            [builder.Slot("user", "users"), builder.Slot("recent", "items", Pooling.Mean, maxIds: 5), builder.Slot("item", "items")];
        for (var i = 1; i < extraSlots; i++) slots.Add(builder.Slot($"more-{i}", "users"));
        builder.Dense(2);
        builder.Task("click");
        return (builder.Build(), [.. slots]);
    }

    private static FeatureSlot Slot(PredictionRequest request, int slot) => request.Schema.Slots[slot];

    private long NextId() => Id(_random.Next(Ids));

    private void Forget()
    {
        long[] ids = [.. Enumerable.Range(0, 10).Select(_ => NextId())];
        foreach (var table in Tables.Tables) table.Remove(ids);
        // Some are born again between two cuts.
        if (_random.Next(2) == 0) Tables.Tables[0].Assign(ids.AsSpan(0, 5),
            [.. Enumerable.Range(0, 5 * Tables.Tables[0].Dimension).Select(_ => _random.NextSingle() - 0.5f)], At.Seconds((uint)_step));
    }

    private Dictionary<string, ReadOnlyMemory<byte>> Sections()
    {
        using var stream = new MemoryStream();
        Model.Save(stream);
        return new() { [SnapshotChain.ModelSection] = stream.ToArray(), ["position"] = new byte[] { 1, 2, 3 } };
    }
}
