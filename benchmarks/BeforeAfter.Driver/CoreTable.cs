using BeforeAfter.Contract;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace BeforeAfter.Driver;

/// <summary>A set of one table.</summary>
internal sealed class CoreTable : ITableDriver
{
    private const float Rate = 0.01f;
    private const long MemoryLimit = 64L << 30;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    private readonly string _folder;
    private readonly EmbeddingTableSet _tables;
    private readonly EmbeddingTable _table;
    private SnapshotStore? _store;
    private SnapshotChain? _chain;
    private string? _saved;
    private long _step;

    public CoreTable(TablePlan plan)
    {
        _folder = plan.Folder;
        var options = new EmbeddingTableOptions { Name = "items" };
        if (plan.HasBias) options.Segments.Add(Segment("bias", 1, plan));
        options.Segments.Add(Segment("vector", plan.Dimension, plan));
        _tables = new EmbeddingTableSet(new TableSchema([options]), new EmbeddingTableSetOptions { MemoryLimitBytes = MemoryLimit });
        _table = _tables.Tables[0];
    }

    public void Assign(ReadOnlySpan<long> ids, ReadOnlySpan<float> values) => _table.Assign(ids, values, AnyTime.Second);

    public int Lookup(ReadOnlySpan<long> ids, Span<float> output) => _table.Lookup(ids, output);

    public int Update(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients) =>
        _table.ApplyGradients(ids, gradients, [], AnyTime.Second, _step++);

    public long Save()
    {
        _store ??= new FileSnapshotStore(_folder);
        _chain ??= SnapshotChain.OpenAsync(_store, _tables, new SnapshotChainOptions { PublishServing = false }).GetAwaiter().GetResult();
        var commit = WriteAsync(_chain).GetAwaiter().GetResult();
        if (_saved is not null) _store.DeleteAsync(_saved).AsTask().GetAwaiter().GetResult();
        _saved = commit.Training.Name;
        return commit.Rows;
    }

    public void Dispose()
    {
        _chain?.Dispose();
        _tables.Dispose();
        if (_store is not null) Directory.Delete(_folder, recursive: true);
    }

    private static SegmentOptions Segment(string name, int dimension, TablePlan plan) => new()
    {
        Name = name,
        Dimension = dimension,
        Optimizer = Optimizer(plan.Rule),
        Initializer = new UniformInitializerOptions(),
        Precision = plan.IsHalf ? RowPrecision.Float16 : RowPrecision.Float32,
    };

    private static OptimizerOptions Optimizer(UpdateRule rule) => rule switch
    {
        UpdateRule.Sgd => new SgdOptions { LearningRate = Rate },
        UpdateRule.Adagrad => new AdagradOptions { LearningRate = Rate },
        UpdateRule.Ftrl => new FtrlOptions { LearningRate = Rate },
        UpdateRule.Adam => new AdamOptions { LearningRate = Rate },
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No such rule."),
    };

    private static async Task<SnapshotCommit> WriteAsync(SnapshotChain chain)
    {
        var pending = await chain.CutAsync(NoSections, full: true).ConfigureAwait(false);
        await using (pending.ConfigureAwait(false)) return await pending.WriteAsync().ConfigureAwait(false);
    }
}
