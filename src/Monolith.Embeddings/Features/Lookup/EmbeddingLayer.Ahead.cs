using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features;

/// <summary>
/// A batch that is read before its turn: its rows are read while the batch before is learned from, and what that could not give is read,
/// counted and admitted at its turn.
/// </summary>
public sealed partial class EmbeddingLayer
{
    private EmbeddingTableSet? _own;
    private LateIds[] _late = [];
    private LayerBatches? _lateBatches;

    /// <summary>The tables' sides of the batch.</summary>
    internal ReadOnlySpan<TableInput> TableInputs => _tables;

    /// <summary>The ids of the batch that its turn asks for again, of each table; none where it was read at its turn alone.</summary>
    internal ReadOnlySpan<LateIds> Late => _late;

    /// <summary>Says that batches will be read ahead.</summary>
    internal void PrepareReadAhead(EmbeddingTableSet own)
    {
        _own = own;
        _late = [.. _tables.Select(table => new LateIds(table))];
        _lateBatches = new LayerBatches([.. _late.Select(late => late.Batch)], _batches.Threads.Count);
        foreach (var table in _tables) table.AsksForRows = true;
    }

    /// <summary>Takes a batch that is to be read ahead.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="ids">Its distinct ids; null where they are not found yet.</param>
    internal void BeginAhead(FeatureBatch batch, CollectedIds? ids) => Collect(batch, learns: true, ids);

    /// <summary>Reads the rows that are there, as they are now. On any thread, while no row changes.</summary>
    /// <param name="isShared">Whether the threads of the layer share it.</param>
    internal void ReadAhead(bool isShared) => _own!.ReadForLearning(_batches, isShared);

    /// <summary>Looks a batch up at its turn alone; all of its ids are asked for.</summary>
    internal ValueTask LookupOrAdmitAtOnceAsync(FeatureBatch batch, CollectedIds? ids, DateTimeOffset eventTime, long step)
    {
        foreach (var late in _late) late.Clear();
        return LookupOrAdmitAsync(batch, ids, eventTime, step, CancellationToken.None);
    }

    /// <summary>The turn of a batch that was read ahead, and whose late ids were collected.</summary>
    internal async ValueTask AdmitLateAsync(FeatureBatch batch, DateTimeOffset eventTime, long step)
    {
        var absent = 0;
        foreach (var late in _late) absent += late.Absent;
        foreach (var table in _tables)
        {
            if (!table.Batch.HadRow.IsEmpty) table.HasRow.CopyTo(table.Batch.HadRow.Span);
        }
        if (absent > 0) await ReadParentsAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var late in _late) late.Ask();
        var removed = _own!.RemovedRows;
        await _own.LookupOrAdmitAsync(_lateBatches!, eventTime, step).ConfigureAwait(false);
        foreach (var late in _late) late.Give();
        // Rows that were read ahead may have made room for new ones.
        if (_own.RemovedRows != removed) _own.MarkRows(_batches);
        (_batch, _version) = (batch, batch.Version);
        _pooling.Pool(batch, _batches.Threads);
    }
}
