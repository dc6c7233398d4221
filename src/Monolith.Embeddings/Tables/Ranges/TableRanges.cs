using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// All ranges of a table set, as a <see cref="PartitionedTableSet"/> reaches them. A verb goes to all ranges that it concerns in one call,
/// so that a network needs one message a machine. Each range answers by its <see cref="TablePart"/>.
/// </summary>
/// <remarks>
/// A verb may answer later. Ranges in this process (<see cref="LocalTableRanges"/>) have answered when the call returns. One call at a
/// time.
/// </remarks>
/// <param name="count">How many ranges: a power of two, 1 to <see cref="IdRange.MaxCount"/>.</param>
public abstract class TableRanges(int count)
{
    /// <summary>How many ranges there are.</summary>
    public int Count { get; } = new IdRange(0, count).Count;

    /// <summary>The memory that all ranges have, in bytes, as it was last told; 0 where it was not.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>See <see cref="TablePart.Lookup"/>.</summary>
    /// <param name="batches">Ranges and tables of which ids are asked for.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask LookupAsync(IReadOnlyList<RangeBatch> batches, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.MarkKnown"/>.</summary>
    /// <param name="batches">Ranges and tables of which ids are asked for.</param>
    /// <param name="countedToo">Whether ids that a filter counts are known too.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask MarkKnownAsync(IReadOnlyList<RangeBatch> batches, bool countedToo, CancellationToken cancellationToken);

    /// <summary>
    /// See <see cref="TablePart.LookupOrAdmit"/>. What crosses a network holds <see cref="TableBatch.FirstValueOf"/>, and those of <see
    /// cref="TableBatch.FirstValues"/> that it names.
    /// </summary>
    /// <param name="batches">Ranges and tables of which ids are asked for.</param>
    /// <param name="globalStep">The trainer's global step.</param>
    /// <param name="cancellationToken">Cancels a call that waits; whether it changed rows is then not known.</param>
    public abstract ValueTask LookupOrAdmitAsync(IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.ApplyGradients"/>.</summary>
    /// <inheritdoc cref="LookupOrAdmitAsync" path="/param" />
    public abstract ValueTask ApplyGradientsAsync(IReadOnlyList<RangeBatch> batches, long globalStep, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.State"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="states">Receives the state of each range, [<see cref="Count"/>].</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask GetStatesAsync(int table, Memory<RangeState> states, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.BeginRanking"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask BeginRankingAsync(int table, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.CountRanks"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="ranking">Which ranking of the expiry policy; null for that at the limit.</param>
    /// <param name="histogram">Receives the ranks of all rows.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask CountRanksAsync(int table, int? ranking, RankHistogram histogram, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.Evict"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="bounds">One for each ranking.</param>
    /// <param name="cancellationToken">Cancels a call that waits; what was dead stays dead.</param>
    /// <returns>How many rows were removed.</returns>
    public abstract ValueTask<long> EvictAsync(
        int table, ExpiryTime now, IReadOnlyList<UInt128> bounds, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.EvictBelow"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="bound">The bound.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask EvictBelowAsync(int table, ExpiryTime now, UInt128 bound, CancellationToken cancellationToken);

    /// <summary>See <see cref="TablePart.SetEventTime"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="newest">The newest event time, in whole seconds; the Unix epoch where none is known.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask SetEventTimeAsync(int table, DateTimeOffset newest, CancellationToken cancellationToken);

    /// <summary>See <see cref="EmbeddingTable.SetEventTimeBack"/>, of all ranges.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="eventTime">The newest event time that is right, in whole seconds.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public abstract ValueTask<long> SetEventTimeBackAsync(int table, DateTimeOffset eventTime, CancellationToken cancellationToken);

    /// <summary>The sum of the statistics of all ranges, see <see cref="EmbeddingTableStatistics.Plus"/>.</summary>
    /// <param name="table">The index of the table.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask<EmbeddingTableStatistics> GetStatisticsAsync(int table, CancellationToken cancellationToken);
}
