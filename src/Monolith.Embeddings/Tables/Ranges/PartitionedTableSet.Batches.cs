namespace Monolith.Embeddings.Tables;

public sealed partial class PartitionedTableSet
{
    /// <inheritdoc />
    public override async ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default)
    {
        RequireLookups(batches, admits: false);
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
        RequireLookups(batches, admits: true);
        if (_isStale) await ReadStatesAsync(cancellationToken).ConfigureAwait(false);
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
            TableBatchShape.RequireApply(batches[table.Index], table.Options.Name, table.Dimension);
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
        _isStale = true;
        await _ranges.LookupOrAdmitAsync(Calls(), globalStep, cancellationToken).ConfigureAwait(false);
        foreach (var share in _shares)
        {
            share.PutLookup(batches[share.Batch.Table]);
            _tables[share.Batch.Table].Note(share);
        }
        foreach (var table in _tables) table.Recount();
        _isStale = false;
    }

    private void BeginCalls() => _shares.Clear();

    private List<RangeBatch> Calls()
    {
        _calls.Clear();
        foreach (var share in _shares) _calls.Add(share.Batch);
        return _calls;
    }

    private void RequireLookups(IReadOnlyList<TableBatch> batches, bool admits)
    {
        RequireBatches(batches);
        foreach (var table in _tables)
            TableBatchShape.RequireLookup(batches[table.Index], table.Options.Name, table.Dimension, admits);
    }
}
