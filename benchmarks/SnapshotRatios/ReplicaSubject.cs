using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace SnapshotRatios;

/// <summary>A model with a large table under Adagrad and 26 slots, that commits to a folder of its own, or to memory.</summary>
internal sealed class ReplicaSubject : IDisposable
{
    public const string Table = "items";
    public const int SharedSlots = 13, Slots = 26;

    private const int FillBatch = 65_536;
    private const long Spread = 0x1234567_89ABCDEF;

    private readonly string? _folder;
    private readonly FeatureSchema _schema;
    private readonly SnapshotChain _chain;
    private readonly DeepFm _model;

    /// <param name="rows">Rows of the table.</param>
    /// <param name="dimension">Weights of a row.</param>
    /// <param name="folder">Where the store's folder is made; null for a store in memory.</param>
    public ReplicaSubject(int rows, int dimension, string? folder)
    {
        Rows = rows;
        _folder = folder is null ? null : Path.Combine(folder, $"snapshot-ratios-{Environment.ProcessId}");
        var builder = new FeatureSchemaBuilder();
        builder.Table(Table, r => r.Vector(dimension, new AdagradOptions()), t => t.InitialCapacity = rows);
        builder.Table("biases", r => r.Bias(new FtrlOptions()));
        SlotsOfItems = [.. Enumerable.Range(0, Slots).Select(i => builder.Slot($"slot-{i}", Table))];
        builder.Slot("bias", "biases");
        builder.Task("click");
        _schema = builder.Build();
        Tables = new EmbeddingTableSet(_schema);
        _model = CreateModel();
        Store = _folder is null ? new MemorySnapshotStore() : new FileSnapshotStore(_folder);
        _chain = SnapshotChain.OpenAsync(Store, Tables).GetAwaiter().GetResult();
        Fill();
    }

    public int Rows { get; }

    public EmbeddingTableSet Tables { get; }

    public SnapshotStore Store { get; }

    public FeatureSlot[] SlotsOfItems { get; }

    /// <summary>The id of a row.</summary>
    public static long Id(long number) => number * Spread;

    public long RandomId(Random random) => Id(random.Next(Rows));

    public SnapshotCommit Commit(bool full = false)
    {
        using var stream = new MemoryStream();
        _model.Save(stream);
        var sections = new Dictionary<string, ReadOnlyMemory<byte>> { [SnapshotChain.ModelSection] = stream.ToArray() };
        return CommitAsync().GetAwaiter().GetResult();

        async Task<SnapshotCommit> CommitAsync()
        {
            await using var pending = await _chain.CutAsync(sections, full);
            return await pending.WriteAsync();
        }
    }

    /// <summary>Changes rows and commits that.</summary>
    public DeltaSnapshot Change(ReplicaChange change)
    {
        change.AssignTo(Tables[Table]);
        var commit = Commit();
        return new DeltaSnapshot(_chain.Id, commit, cancellation => Store.OpenAsync(commit.Serving!.Name, cancellation));
    }

    public ModelReplica Open(RowFormat precision) => ModelReplica.OpenAsync(
        Store, _ => CreateModel(), new() { Precision = precision, PollEvery = Timeout.InfiniteTimeSpan }).GetAwaiter().GetResult();

    /// <summary>A trainer that learns without end, on one thread, batches of 256 rows that there are.</summary>
    public OnlineTrainer CreateTrainer()
    {
        var random = new Random(7);
        var encoder = new ExampleEncoder<int>(_schema, (in int number, ExampleWriter writer) =>
        {
            foreach (var slot in SlotsOfItems) writer.Id(slot, RandomId(random));
            writer.Label(_schema.Tasks[0], number % 5 == 0);
        });
        var source = ExampleSource.From(() => Enumerable.Range(0, int.MaxValue), encoder, batchSize: 256);
        return new OnlineTrainer(Tables, _model, source, new() { MaxDegreeOfParallelism = 1 });
    }

    /// <summary>What predicts beside it.</summary>
    public LivePredictor OpenLive(OnlineTrainer trainer, TimeSpan refreshEvery) =>
        LivePredictor.OpenAsync(trainer, CreateModel, new() { RefreshEvery = refreshEvery }).GetAwaiter().GetResult();

    public void Dispose()
    {
        _chain.Dispose();
        Tables.Dispose();
        _model.Dispose();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    // One thread a prediction: a server has as many requests at once as it has processors.
    private DeepFm CreateModel() => new(_schema, new() { Hidden = [256, 128], MaxDegreeOfParallelism = 1 });

    private void Fill()
    {
        var (table, random) = (Tables[Table], new Random(1));
        for (var start = 0; start < Rows; start += FillBatch)
            ReplicaChange.Of(Enumerable.Range(start, Math.Min(FillBatch, Rows - start)).Select(i => Id(i)), table.Dimension, random)
                .AssignTo(table);
    }
}
