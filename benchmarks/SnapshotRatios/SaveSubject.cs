using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace SnapshotRatios;

/// <summary>A large table under Adagrad that is saved to a folder of its own.</summary>
internal sealed class SaveSubject : IDisposable
{
    public const int BatchIds = 4096;

    /// <summary>When rows are written.</summary>
    public static readonly DateTimeOffset EventTime = DateTimeOffset.FromUnixTimeSeconds(1);

    private const int FillBatch = 65_536;
    private const long Spread = 0x1234567_89ABCDEF;

    private readonly string _folder;
    private readonly Action<EmbeddingTableOptions>? _configure;
    private readonly float[] _gradients;
    private readonly long[][] _batches;
    private int _next;

    /// <param name="settings">How large the table is, and where it is saved.</param>
    /// <param name="configure">What else the table has.</param>
    public SaveSubject(SnapshotSettings settings, Action<EmbeddingTableOptions>? configure = null)
    {
        (Settings, _configure) = (settings, configure);
        _folder = Path.Combine(settings.Folder, $"snapshot-ratios-{Environment.ProcessId}");
        Tables = CreateTables();
        Store = new FileSnapshotStore(_folder);
        Chain = OpenAsync(Tables).GetAwaiter().GetResult();
        var random = new Random(1);
        _gradients = [.. Enumerable.Range(0, BatchIds * settings.Dimension).Select(_ => random.NextSingle() - 0.5f)];
        _batches = [.. Enumerable.Range(0, 1024)
            .Select(_ => Enumerable.Range(0, BatchIds).Select(_ => random.Next(settings.Rows) * Spread).ToArray())];
        Fill(random);
    }

    public SnapshotSettings Settings { get; }

    public EmbeddingTableSet Tables { get; }

    public SnapshotStore Store { get; }

    public SnapshotChain Chain { get; }

    /// <summary>A file of the folder, for what is compared with snapshots.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Tables as the subject's, empty.</summary>
    public EmbeddingTableSet CreateTables()
    {
        var options = new EmbeddingTableOptions { Name = "items" };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = Settings.Dimension, Optimizer = new AdagradOptions() });
        _configure?.Invoke(options);
        return new EmbeddingTableSet(new TableSchema([options]));
    }

    /// <summary>Opens the chain again, without files for replicas.</summary>
    public Task<SnapshotChain> OpenAsync(EmbeddingTableSet tables) =>
        SnapshotChain.OpenAsync(Store, tables, new() { PublishServing = false });

    /// <summary>Updates the rows of a batch.</summary>
    public void Train()
    {
        Tables.Tables[0].ApplyGradients(_batches[_next % _batches.Length], _gradients, [], EventTime, _next);
        _next++;
    }

    public async Task<SnapshotCommit> SaveAsync(bool full, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? sections = null)
    {
        await using var pending = await Chain.CutAsync(sections ?? new Dictionary<string, ReadOnlyMemory<byte>>(), full);
        return await pending.WriteAsync();
    }

    public void Dispose()
    {
        Chain.Dispose();
        Tables.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Fill(Random random)
    {
        var values = new float[FillBatch * Settings.Dimension];
        for (var start = 0; start < Settings.Rows; start += FillBatch)
        {
            var count = Math.Min(FillBatch, Settings.Rows - start);
            for (var i = 0; i < count * Settings.Dimension; i++) values[i] = random.NextSingle() - 0.5f;
            var first = start;
            long[] ids = [.. Enumerable.Range(0, count).Select(i => (first + i) * Spread)];
            Tables.Tables[0].Assign(ids, values.AsSpan(0, count * Settings.Dimension), EventTime);
        }
    }
}
