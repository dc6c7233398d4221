using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>What all stripes of a table have in common: the layout of a row and the rules of its segments. Immutable.</summary>
internal sealed class TableRules
{
    private readonly SegmentRules[] _segments;

    public TableRules(EmbeddingTableOptions options, ulong seed)
    {
        var optimizers = options.Segments.Select(s => s.Optimizer.Create()).ToArray();
        Layout = new RowLayout([.. options.Segments.Select((s, i) => (s.Dimension, optimizers[i].StateLength(s.Dimension)))]);
        _segments = [.. options.Segments.Select((s, i) =>
            new SegmentRules(Layout.Segments[i], optimizers[i], s.Initializer.Create(), seed, options.Name, s.Name))];
        BudgetBytesPerRow = Layout.RowBytes + RowBudget.IndexBytesPerRow;
    }

    public RowLayout Layout { get; }

    public int BudgetBytesPerRow { get; }

    public void Initialize(Row row, ulong hash)
    {
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Initialize(row, hash);
    }

    public void InitializeState(Row row)
    {
        foreach (ref readonly var segment in _segments.AsSpan()) segment.InitializeState(row);
    }

    public void WeightsMoved(Row row)
    {
        foreach (ref readonly var segment in _segments.AsSpan()) segment.WeightsMoved(row);
    }

    public void Apply(Row row, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        foreach (ref readonly var segment in _segments.AsSpan()) segment.Apply(row, gradient, in context);
    }
}
