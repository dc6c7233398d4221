using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tables;

/// <summary>Ranges that are all in this process. They belong to the caller and are not disposed.</summary>
public sealed class LocalTableRanges : TableRanges
{
    private readonly EmbeddingTableSet[] _sets;

    /// <summary>Creates the ranges.</summary>
    /// <param name="sets">One set for each range, in their order, made with the same schema and options except the range.</param>
    /// <exception cref="ArgumentException">A set does not own the range of its place, or is of another schema.</exception>
    public LocalTableRanges(IReadOnlyList<EmbeddingTableSet> sets)
        : base(sets?.Count ?? 0)
    {
        _sets = [.. sets!];
        for (var i = 0; i < _sets.Length; i++)
        {
            if (_sets[i] is null) throw new ArgumentException($"The set at place {i} is null.", nameof(sets));
            var range = _sets[i].Tables[0].Range;
            if (range != new IdRange(i, _sets.Length) || _sets[i].Tables[0].Part is null)
                throw new ArgumentException($"The set at place {i} of {_sets.Length} owns {range}; "
                    + $"its {nameof(EmbeddingTableSetOptions.Range)} must be range {i} of {_sets.Length}.", nameof(sets));
            if (_sets[i].Fingerprint != _sets[0].Fingerprint)
                throw new ArgumentException($"The set at place {i} was made of another schema than the first.", nameof(sets));
        }
    }

    /// <inheritdoc />
    public override long MemoryBytes => _sets.Sum(set => set.MemoryBytes);

    /// <inheritdoc />
    public override ValueTask LookupAsync(IReadOnlyList<RangeBatch> batches, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batches.Count; i++) PartOf(batches[i]).Lookup(batches[i]);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask MarkKnownAsync(IReadOnlyList<RangeBatch> batches, bool countedToo, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batches.Count; i++) PartOf(batches[i]).MarkKnown(batches[i], countedToo);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask LookupOrAdmitAsync(IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batches.Count; i++) PartOf(batches[i]).LookupOrAdmit(batches[i], globalStep);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask ApplyGradientsAsync(IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batches.Count; i++) PartOf(batches[i]).ApplyGradients(batches[i], globalStep);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask GetStatesAsync(int table, Memory<RangeState> states, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++) states.Span[i] = Part(i, table).State;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask BeginRankingAsync(int table, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++) Part(i, table).BeginRanking();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask CountRanksAsync(int table, int? ranking, RankHistogram histogram, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++) Part(i, table).CountRanks(ranking, histogram);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask<long> EvictAsync(
        int table, ExpiryTime now, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken)
    {
        var removed = 0L;
        var failure = new FirstFailure();
        for (var i = 0; i < _sets.Length; i++)
        {
            try
            {
                removed += Part(i, table).Evict(now, bounds, cancellationToken);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                // What a policy throws for a row in one range keeps no row of another alive.
                failure.Keep(System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(cause));
            }
        }
        failure.ThrowOnce();
        return new(removed);
    }

    /// <inheritdoc />
    public override ValueTask EvictBelowAsync(int table, ExpiryTime now, UInt128 bound, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++) Part(i, table).EvictBelow(now, bound);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask SetEventTimeAsync(int table, DateTimeOffset newest, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _sets.Length; i++) Part(i, table).SetEventTime(newest);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask<long> SetEventTimeBackAsync(int table, DateTimeOffset eventTime, CancellationToken cancellationToken)
    {
        var changed = 0L;
        for (var i = 0; i < _sets.Length; i++) changed += Part(i, table).SetEventTimeBack(eventTime);
        return new(changed);
    }

    /// <inheritdoc />
    public override ValueTask<EmbeddingTableStatistics> GetStatisticsAsync(int table, CancellationToken cancellationToken) =>
        new(_sets.Select(set => set.Tables[table].GetStatistics()).Aggregate((sum, next) => sum.Plus(next)));

    private TablePart Part(int range, int table) => _sets[range].Tables[table].Part!;

    private TablePart PartOf(RangeBatch batch) => Part(batch.Range, batch.Table);
}
