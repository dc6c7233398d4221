using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>
/// Ranges as a network would reach them: every verb answers later, on another thread, and what goes out is copied, so that nothing is
/// shared but what the seam says.
/// </summary>
internal sealed class AnsweringLater(EmbeddingTableSet[] sets) : TableRanges(sets.Length)
{
    public override long MemoryBytes => 0;

    public override async ValueTask LookupAsync(IReadOnlyList<RangeBatch> batches, CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var batch in batches) Answer(batch, (part, copy) => part.Lookup(copy));
    }

    public override async ValueTask MarkKnownAsync(IReadOnlyList<RangeBatch> batches, bool countedToo, CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var batch in batches) Answer(batch, (part, copy) => part.MarkKnown(copy, countedToo));
    }

    public override async ValueTask LookupOrAdmitAsync(
        IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken)
    {
        await Task.Yield();
        // In any order: the ranges don't know of each other.
        foreach (var batch in batches.Reverse()) Answer(batch, (part, copy) => part.LookupOrAdmit(copy, globalStep));
    }

    public override async ValueTask ApplyGradientsAsync(
        IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var batch in batches.Reverse()) Answer(batch, (part, copy) => part.ApplyGradients(copy, globalStep));
    }

    public override async ValueTask GetStatesAsync(int table, Memory<RangeState> states, CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var i = 0; i < Count; i++) states.Span[i] = Part(i, table).State;
    }

    public override async ValueTask BeginRankingAsync(int table, CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var i = 0; i < Count; i++) Part(i, table).BeginRanking();
    }

    public override async ValueTask CountRanksAsync(int table, int? ranking, RankHistogram histogram, CancellationToken cancellationToken)
    {
        await Task.Yield();
        // What goes over the wire is the interval, and one answer for all ranges of a machine.
        using var answer = new RankHistogram(histogram.Low, histogram.Shift);
        for (var i = 0; i < Count; i++) Part(i, table).CountRanks(ranking, answer);
        histogram.Add(answer.Rows, answer.Below, answer.Bins);
    }

    public override async ValueTask<long> EvictAsync(
        int table, ExpiryTime now, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return Enumerable.Range(0, Count).Sum(i => Part(i, table).Evict(now, bounds, cancellationToken));
    }

    public override async ValueTask EvictBelowAsync(int table, ExpiryTime now, UInt128 bound, CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var i = 0; i < Count; i++) Part(i, table).EvictBelow(now, bound);
    }

    public override async ValueTask SetEventTimeAsync(int table, DateTimeOffset newest, CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var i = 0; i < Count; i++) Part(i, table).SetEventTime(newest);
    }

    public override async ValueTask<long> SetEventTimeBackAsync(int table, DateTimeOffset eventTime, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return Enumerable.Range(0, Count).Sum(i => Part(i, table).SetEventTimeBack(eventTime));
    }

    public override async ValueTask<EmbeddingTableStatistics> GetStatisticsAsync(int table, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return sets.Select(set => set.Tables[table].GetStatistics()).Aggregate((sum, next) => sum.Plus(next));
    }

    private TablePart Part(int range, int table) => sets[range].Tables[table].Part!;

    private void Answer(RangeBatch batch, Action<TablePart, RangeBatch> verb)
    {
        var asked = batch.Batch;
        var copy = new RangeBatch(batch.Range, batch.Table)
        {
            EventTime = batch.EventTime,
            NewestEventTime = batch.NewestEventTime,
            NewRows = batch.NewRows,
            NewCountedIds = batch.NewCountedIds,
        };
        (copy.Batch.Ids, copy.Batch.Counts) = (asked.Ids.ToArray(), asked.Counts.ToArray());
        (copy.Batch.Gradients, copy.Batch.WeightsAtRead) = (asked.Gradients.ToArray(), asked.WeightsAtRead.ToArray());
        (copy.Batch.Rows, copy.Batch.StoredRows) = (new float[asked.Rows.Length], new float[asked.StoredRows.Length]);
        copy.Batch.HasRow = new bool[asked.HasRow.Length];
        (copy.Batch.FirstValues, copy.Batch.FirstValueOf) = (asked.FirstValues.ToArray(), asked.FirstValueOf.ToArray());
        verb(Part(copy.Range, copy.Table), copy);
        copy.Batch.Rows.CopyTo(asked.Rows);
        copy.Batch.StoredRows.CopyTo(asked.StoredRows);
        copy.Batch.HasRow.CopyTo(asked.HasRow);
        batch.State = copy.State;
    }
}
