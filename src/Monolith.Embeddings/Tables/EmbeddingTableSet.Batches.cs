namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTableSet
{
    /// <inheritdoc />
    public override ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default)
    {
        RequireBatches(batches);
        for (var i = 0; i < _tables.Length; i++)
            TableBatchShape.RequireLookup(batches[i], _tables[i].Name, _tables[i].Dimension, admits: false);
        for (var i = 0; i < _tables.Length; i++) _tables[i].LookupBatch(batches[i]);
        return ValueTask.CompletedTask;
    }

    /// <summary>How many rows were removed from all tables, whatever the cause, since they were made.</summary>
    internal long RemovedRows
    {
        get
        {
            var removed = 0L;
            foreach (var table in _tables) removed += table.RemovedRows;
            return removed;
        }
    }

    /// <summary>Reads rows as <see cref="LookupOrAdmitAsync"/> does, and says which ids have one. Changes nothing.</summary>
    internal void ReadForLearning(LayerBatches batches, bool isShared)
    {
        for (var i = 0; i < _tables.Length; i++)
            TableBatchShape.RequireLookup(batches[i], _tables[i].Name, _tables[i].Dimension, admits: true);
        batches.Read(_tables, isShared);
    }

    /// <summary>Says again which ids of a batch have a row.</summary>
    internal void MarkRows(LayerBatches batches)
    {
        for (var i = 0; i < _tables.Length; i++) _tables[i].Contains(batches[i].Ids.Span, batches[i].HasRow.Span);
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
    public override ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default)
    {
        RequireTable(table);
        return new(_tables[table].Evict(cancellationToken));
    }

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        new(Array.ConvertAll(_tables, table => table.GetStatistics()));
}
