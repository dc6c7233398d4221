using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Ranges;

namespace Monolith.Embeddings.Tables;

// Where room is short, a batch is cut as EmbeddingTable cuts it, so that the same ids come under the limit.
public sealed partial class PartitionedTableSet
{
    private async ValueTask AdmitByRunsAsync(
        PartitionedTable table, IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long step, CancellationToken cancellationToken)
    {
        var batch = batches[table.Index];
        table.Absent.Clear();
        BatchRun run;
        for (var start = 0; start < batch.Ids.Length; start += run.Length)
        {
            run = await TakeRunAsync(table, batch, start, cancellationToken).ConfigureAwait(false);
            BeginCalls();
            table.Split(batch, start, run.Length, eventTime, _shares);
            await LookupOrAdmitAsync(batches, run.HasRows, run.HasCounts, step, cancellationToken).ConfigureAwait(false);
        }
        table.Absent.Clear();
        // A later run may have evicted what an earlier one had read.
        if (!batch.HasRow.IsEmpty) await MarkRowsAsync(table, batch, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<BatchRun> TakeRunAsync(PartitionedTable table, TableBatch batch, int start, CancellationToken cancellationToken)
    {
        var run = new BatchRun(Math.Min(ChunkIds, batch.Ids.Length - start), true, true);
        if (table.FreeRows < run.Length)
        {
            run = table.Options.AtLimit is null
                ? await TakeUpToFullAsync(table, batch, start, run, cancellationToken).ConfigureAwait(false)
                : await TakeOrEvictAsync(table, batch, start, run, cancellationToken).ConfigureAwait(false);
        }
        if (table.BoundsCounts && table.FreeCounts < run.Length)
            run = await TakeCountsAsync(table, batch, start, run, cancellationToken).ConfigureAwait(false);
        table.Absent.Skip(run.Length);
        return run;
    }

    // The longest run whose absent ids fit; where nothing fits, all that is left, and every new id is refused.
    private async ValueTask<BatchRun> TakeUpToFullAsync(
        PartitionedTable table, TableBatch batch, int start, BatchRun run, CancellationToken cancellationToken)
    {
        var free = table.FreeRows;
        if (free == 0) return run with { HasRows = false };
        // What was absent when the batch came to the limit needs at most as much now.
        if (table.Absent.Count == 0)
            await MarkAsync(table, table.Absent, batch, start, run.Length, countedToo: false, cancellationToken).ConfigureAwait(false);
        return run with { Length = table.Absent.LongestPrefix(run.Length, free) };
    }

    private async ValueTask<BatchRun> TakeOrEvictAsync(
        PartitionedTable table, TableBatch batch, int start, BatchRun run, CancellationToken cancellationToken)
    {
        run = run with { Length = Math.Min(run.Length, table.PassRows) };
        if (table.FreeRows >= run.Length) return run;
        await MarkAsync(table, table.Absent, batch, start, run.Length, countedToo: false, cancellationToken).ConfigureAwait(false);
        if (table.FreeRows >= table.Absent.CountMarks(run.Length)) return run;
        while (table.FreeRows < run.Length && table.Rows > 0) await EvictWorstAsync(table, cancellationToken).ConfigureAwait(false);
        return run with { HasRows = table.FreeRows >= run.Length };
    }

    private async ValueTask<BatchRun> TakeCountsAsync(
        PartitionedTable table, TableBatch batch, int start, BatchRun run, CancellationToken cancellationToken)
    {
        var free = table.FreeCounts;
        if (free == 0) return run with { HasCounts = false };
        await MarkAsync(table, table.Uncounted, batch, start, run.Length, countedToo: true, cancellationToken).ConfigureAwait(false);
        return run with { Length = table.Uncounted.LongestPrefix(run.Length, free) };
    }

    private async ValueTask MarkAsync(
        PartitionedTable table, AbsentPlaces places, TableBatch batch, int start, int length, bool countedToo,
        CancellationToken cancellationToken)
    {
        BeginCalls();
        table.Split(batch, start, length, DateTimeOffset.UnixEpoch, _shares);
        foreach (var share in _shares) share.BeginMarks();
        await _ranges.MarkKnownAsync(Calls(), countedToo, cancellationToken).ConfigureAwait(false);
        var marks = places.Begin(length);
        foreach (var share in _shares) share.PutAbsent(marks, start);
    }

    private async ValueTask MarkRowsAsync(PartitionedTable table, TableBatch batch, CancellationToken cancellationToken)
    {
        BeginCalls();
        table.Split(batch, 0, batch.Ids.Length, DateTimeOffset.UnixEpoch, _shares);
        foreach (var share in _shares) share.BeginMarks();
        await _ranges.MarkKnownAsync(Calls(), countedToo: false, cancellationToken).ConfigureAwait(false);
        foreach (var share in _shares) share.PutMarks(batch);
    }
}
