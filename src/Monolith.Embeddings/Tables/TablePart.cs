using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// A table that owns a range of the ids, for the coordinator of all ranges: it is told what it cannot know, and says what must be
/// summed over all ranges. <see cref="PartitionedTableSet"/> does that; what lies between it and the tables answers by these calls.
/// </summary>
/// <remarks>
/// One caller at a time, in the order of a <see cref="PartitionedTableSet"/>'s calls. Other threads may look rows up meanwhile.
/// </remarks>
public sealed class TablePart
{
    private readonly EmbeddingTable _table;
    private readonly RankingQuestions _questions;
    private uint? _ranking;

    internal TablePart(EmbeddingTable table) => (_table, _questions) = (table, new RankingQuestions(table.Expiry));

    /// <summary>What the part holds now.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public RangeState State => _table.State;

    /// <summary>
    /// Says how many rows the table may create from now on, and how many ids its filter may begin to count, until the next call. At the end
    /// of this quota the table refuses new ids, whatever <see cref="EmbeddingTableOptions.AtLimit"/> says. Before the first call verbs that
    /// may create rows are refused; rows can be restored.
    /// </summary>
    /// <param name="rows">How many more rows, 0 or more.</param>
    /// <param name="countedIds">How many more ids, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public void SetQuota(long rows, long countedIds)
    {
        OutOfRange.ThrowIfNegative(rows);
        OutOfRange.ThrowIfNegative(countedIds);
        _table.SetQuota(rows, countedIds);
    }

    /// <summary>
    /// Says what the newest event time is, later or earlier than before. The table takes it, and writes rows with the times that verbs
    /// carry: the coordinator, which sees the calls for all ranges, judges them.
    /// </summary>
    /// <param name="newest">The time, in whole seconds, rounded down; the Unix epoch where none is known.</param>
    public void SetEventTime(DateTimeOffset newest) => _table.SetEventTime(EventSeconds.Of(newest));

    /// <summary>See <see cref="EmbeddingTable.SetEventTimeBack"/>.</summary>
    /// <param name="eventTime">The newest event time that is right, in whole seconds, rounded down.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public long SetEventTimeBack(DateTimeOffset eventTime) => _table.SetEventTimeBack(eventTime);

    /// <summary>Reads rows, and fills <see cref="TableBatch.HasRow"/> where it is not empty.</summary>
    /// <param name="batch">Ids of this range, and where the rows go.</param>
    public void Lookup(RangeBatch batch) => _table.LookupBatch(batch.Batch);

    /// <summary>Takes what a batch tells, reads rows for training, and answers with <see cref="RangeBatch.State"/>.</summary>
    /// <param name="batch">Ids of this range, and where the answers go.</param>
    /// <param name="step">The trainer's global step.</param>
    public void LookupOrAdmit(RangeBatch batch, long step)
    {
        EventSeconds.Require(batch.EventTime);
        _table.RequireOwned(batch.Batch.Ids.Span);
        SetEventTime(batch.NewestEventTime);
        SetQuota(batch.NewRows, batch.NewCountedIds);
        _table.LookupOrAdmitBatch(batch.Batch, batch.EventTime, step);
        batch.State = State;
    }

    /// <summary>Takes the time that a batch tells, and applies its gradients. Those of ids without a row are dropped.</summary>
    /// <param name="batch">Ids of this range, and their gradients.</param>
    /// <param name="step">The trainer's global step.</param>
    public void ApplyGradients(RangeBatch batch, long step)
    {
        EventSeconds.Require(batch.EventTime);
        _table.RequireOwned(batch.Batch.Ids.Span);
        SetEventTime(batch.NewestEventTime);
        _table.ApplyBatch(batch.Batch, batch.EventTime, step);
    }

    /// <summary>Fills <see cref="TableBatch.HasRow"/>.</summary>
    /// <param name="batch">Ids of this range.</param>
    /// <param name="countedToo">Whether ids that the filter counts are to be marked too.</param>
    public void MarkKnown(RangeBatch batch, bool countedToo) =>
        _table.MarkKnown(batch.Batch.Ids.Span, batch.Batch.HasRow.Span, countedToo);

    /// <summary>
    /// Begins the rankings that the next <see cref="Evict"/> is to go by: rows written from now on are kept, whatever their rank is.
    /// </summary>
    public void BeginRanking()
    {
        if (_ranking is not null) _table.EndRanking();
        _ranking = _table.BeginRanking();
    }

    /// <summary>Counts the ranks of the part's rows.</summary>
    /// <param name="ranking">Which of the rankings of the expiry policy; null for that of the policy at the limit.</param>
    /// <param name="histogram">What to add them to.</param>
    /// <exception cref="ArgumentOutOfRangeException">The table's policies have no such ranking.</exception>
    /// <exception cref="InvalidOperationException">The ranking was not begun.</exception>
    public void CountRanks(int? ranking, RankHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        if (ranking is not { } index)
        {
            RequireEvictsAtLimit();
            _table.CountRanksAtLimit(histogram);
            return;
        }
        if ((uint)index >= (uint)_questions.Count)
            throw OutOfRange.Of(
                nameof(ranking), index, $"The expiry policy of table '{_table.Name}' ranks rows {_questions.Count} times a pass.");
        var stamp = _ranking ?? throw new InvalidOperationException($"Call {nameof(BeginRanking)} first.");
        _table.CountRanks(_questions[index].Score, stamp, histogram);
    }

    /// <summary>As <see cref="EmbeddingTable.Evict"/>, at a time and by bounds that were found over all ranges.</summary>
    /// <param name="now">The time of the pass.</param>
    /// <param name="bounds">For each ranking of the expiry policy, the bound below which rows are not among the best.</param>
    /// <param name="cancellationToken">Stops between two slices; what was dead stays dead.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="ArgumentException">There are more or fewer bounds than rankings; nothing changed.</exception>
    /// <exception cref="InvalidOperationException">The ranking was not begun.</exception>
    public long Evict(ExpiryTime now, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        if (bounds.Count != _questions.Count)
            throw new ArgumentException(
                $"The expiry policy of table '{_table.Name}' ranks rows {_questions.Count} times a pass, "
                + $"and there are {bounds.Count} bounds.",
                nameof(bounds));
        if (_table.Expiry is null) return 0;
        if (bounds.Count > 0 && _ranking is null) throw new InvalidOperationException($"Call {nameof(BeginRanking)} first.");
        try
        {
            return _table.EvictPart(now, _ranking ?? 0, bounds, cancellationToken);
        }
        finally
        {
            if (_ranking is not null) _table.EndRanking();
            _ranking = null;
        }
    }

    /// <summary>
    /// Removes the rows whose rank, by <see cref="EmbeddingTableOptions.AtLimit"/>, is below a bound that was found over all ranges.
    /// </summary>
    /// <param name="now">The time of the pass.</param>
    /// <param name="bound">The bound.</param>
    /// <exception cref="InvalidOperationException">The table has no such policy.</exception>
    public void EvictBelow(ExpiryTime now, UInt128 bound)
    {
        RequireEvictsAtLimit();
        _table.EvictBelow(bound, now);
    }

    private void RequireEvictsAtLimit()
    {
        if (!_table.EvictsAtLimit)
            throw new InvalidOperationException($"Table '{_table.Name}' has no {nameof(EmbeddingTableOptions.AtLimit)}.");
    }

    /// <summary>Refuses a pass over this range alone: its time, and the ranks of the whole, are not known here.</summary>
    internal void RefuseToEvictAlone() => throw new InvalidOperationException(
        $"Table '{_table.Name}' owns {_table.Range} of the mixed ids, and who expires is decided over all ranges. "
        + $"Let a {nameof(PartitionedTableSet)} evict, or call {nameof(TablePart)}.{nameof(Evict)} in each range.");
}
