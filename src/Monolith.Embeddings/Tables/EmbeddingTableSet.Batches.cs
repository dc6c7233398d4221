namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    /// <inheritdoc />
    public override ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default)
    {
        RequireBatches(batches);
        for (var i = 0; i < _tables.Length; i++)
            TableBatchShape.RequireLookup(batches[i], _tables[i].Name, _tables[i].Dimension, admits: false);
        for (var i = 0; i < _tables.Length; i++) _tables[i].Lookup(batches[i].Ids.Span, batches[i].Rows.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        RequireBatches(batches);
        for (var i = 0; i < _tables.Length; i++)
            TableBatchShape.RequireLookup(batches[i], _tables[i].Name, _tables[i].Dimension, admits: true);
        if (batches is LayerBatches shared) shared.LookupOrAdmit(_tables, eventTime, globalStep);
        else for (var i = 0; i < _tables.Length; i++) _tables[i].LookupOrAdmitBatch(batches[i], eventTime, globalStep);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask ApplyGradientsAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        RequireBatches(batches);
        for (var i = 0; i < _tables.Length; i++)
            TableBatchShape.RequireApply(batches[i], _tables[i].Name, _tables[i].Dimension);
        if (batches is LayerBatches shared) shared.ApplyGradients(_tables, eventTime, globalStep);
        else for (var i = 0; i < _tables.Length; i++) _tables[i].ApplyBatch(batches[i], eventTime, globalStep);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask<long> EvictAsync(CancellationToken cancellationToken = default) => new(Evict(cancellationToken));

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        new(Array.ConvertAll(_tables, table => table.GetStatistics()));
}
