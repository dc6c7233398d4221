using Monolith.Embeddings.Tables.Ranges;

namespace Monolith.Embeddings.Tables;

public sealed partial class PartitionedTableSet
{
    /// <inheritdoc />
    public override async ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default)
    {
        RequireShapes(batches);
        BeginCalls();
        foreach (var table in _tables)
            table.Split(batches[table.Index], 0, batches[table.Index].Ids.Length, DateTimeOffset.UnixEpoch, _shares);
        foreach (var share in _shares) share.BeginLookup(batches[share.Batch.Table], admits: false);
        await _ranges.LookupAsync(Calls(), cancellationToken).ConfigureAwait(false);
        foreach (var share in _shares) share.PutLookup(batches[share.Batch.Table]);
    }

    /// <inheritdoc />
    public override async ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        RequireShapes(batches);
        if (FitWhole(batches))
        {
            BeginCalls();
            foreach (var table in _tables)
                table.Split(batches[table.Index], 0, batches[table.Index].Ids.Length, table.Observe(eventTime), _shares);
            await LookupOrAdmitAsync(batches, hasRows: true, hasCounts: true, globalStep, cancellationToken).ConfigureAwait(false);
            return;
        }
        foreach (var table in _tables)
            await AdmitByRunsAsync(table, batches, table.Observe(eventTime), globalStep, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override async ValueTask ApplyGradientsAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        RequireBatches(batches);
        foreach (var table in _tables)
            RequireShape(table, batches[table.Index], batches[table.Index].Gradients.Length, nameof(TableBatch.Gradients));
        BeginCalls();
        foreach (var table in _tables)
            table.Split(batches[table.Index], 0, batches[table.Index].Ids.Length, table.Observe(eventTime), _shares);
        foreach (var share in _shares) share.BeginApply(batches[share.Batch.Table]);
        await _ranges.ApplyGradientsAsync(Calls(), globalStep, cancellationToken).ConfigureAwait(false);
    }

    // Whether every table has room for as many rows as it has ids. Tables share a memory limit, so that all are reserved before any is
    // given back.
    private bool FitWhole(IReadOnlyList<TableBatch> batches)
    {
        var reserved = 0;
        while (reserved < _tables.Length && _tables[reserved].TryReserve(batches[reserved].Ids.Length)) reserved++;
        var fit = reserved == _tables.Length;
        while (reserved-- > 0) _tables[reserved].Release(batches[reserved].Ids.Length);
        return fit;
    }

    // What was split, in one call.
    private async ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, bool hasRows, bool hasCounts, long globalStep, CancellationToken cancellationToken)
    {
        foreach (var share in _shares)
        {
            share.BeginLookup(batches[share.Batch.Table], admits: true);
            share.Batch.NewRows = hasRows ? share.Count : 0;
            share.Batch.NewCountedIds = hasCounts ? share.Count : 0;
        }
        await _ranges.LookupOrAdmitAsync(Calls(), globalStep, cancellationToken).ConfigureAwait(false);
        foreach (var share in _shares)
        {
            share.PutLookup(batches[share.Batch.Table]);
            _tables[share.Batch.Table].Note(share);
        }
        foreach (var table in _tables) table.Recount();
    }

    private void BeginCalls() => _shares.Clear();

    private List<RangeBatch> Calls()
    {
        _calls.Clear();
        foreach (var share in _shares) _calls.Add(share.Batch);
        return _calls;
    }

    private void RequireShapes(IReadOnlyList<TableBatch> batches)
    {
        RequireBatches(batches);
        foreach (var table in _tables) RequireShape(table, batches[table.Index], batches[table.Index].Rows.Length, nameof(TableBatch.Rows));
    }

    private static void RequireShape(PartitionedTable table, TableBatch batch, int floats, string what)
    {
        var needed = (long)batch.Ids.Length * table.Dimension;
        if (floats != needed)
            throw new ArgumentException(
                $"Table '{table.Options.Name}': {batch.Ids.Length} ids times dimension {table.Dimension} need {needed} floats, "
                + $"but {what} holds {floats}.");
        if (!batch.Counts.IsEmpty && batch.Counts.Length != batch.Ids.Length)
            throw new ArgumentException(
                $"Table '{table.Options.Name}': {batch.Ids.Length} ids need {batch.Ids.Length} counts, or none, "
                + $"but {batch.Counts.Length} were given.");
    }
}
