using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// The tables of a model as an embedding layer and a trainer see them, wherever they are: in this process
/// (<see cref="EmbeddingTableSet"/>), cut into ranges, or behind a network. A verb serves all tables of a batch in one call.
/// </summary>
/// <remarks>
/// A verb may answer later, without a thread that waits; a set in this process has answered when the call returns, and allocates nothing.
/// What a verb throws it may throw at once or through its task. Batches stand in the order of the schema's tables. One caller at a time,
/// unless a set says more.
/// </remarks>
public abstract class TableSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="schema">What the tables hold.</param>
    /// <param name="options">The options of the whole; the defaults where null.</param>
    /// <param name="timeProvider">The clock that event times are held against; the system's where null.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Some options cannot be used; all of them are
    /// listed.</exception>
    protected TableSet(TableSchema schema, EmbeddingTableSetOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        OptionErrors.ThrowIfInvalid(schema);
        OptionErrors.ThrowIfInvalid(options ??= new());
        (Schema, Options, Time) = (schema, options.Copy(), timeProvider);
        EventTimes = Options.EventTimesBy(timeProvider ?? TimeProvider.System);
    }

    /// <summary>What the tables hold.</summary>
    public TableSchema Schema { get; }

    /// <summary>The memory that the tables have, in bytes; where they are elsewhere, as it was last told, or 0.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Into how many ranges the set is cut, so that tables of one take no more memory than they must.</summary>
    internal virtual int RangeCount => 1;

    /// <summary>The options of the whole; never changed.</summary>
    internal EmbeddingTableSetOptions Options { get; }

    /// <summary>The clock that event times are held against; null for the system's.</summary>
    internal TimeProvider? Time { get; }

    /// <summary>When event times are accepted.</summary>
    internal EventTimeRules EventTimes { get; }

    /// <summary>
    /// Fills <see cref="TableBatch.Rows"/>, and <see cref="TableBatch.HasRow"/> where it is not empty. Changes nothing; ids without a row
    /// read zeros.
    /// </summary>
    /// <param name="batches">One for each table.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default);

    /// <summary>
    /// Fills <see cref="TableBatch.Rows"/>, and what else of the answers is not empty: ids without a row are counted, and get one if they
    /// are admitted and there is room.
    /// </summary>
    /// <param name="batches">One for each table.</param>
    /// <param name="eventTime">When the examples happened, in whole seconds, rounded down;
    /// <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that is known.</param>
    /// <param name="globalStep">The trainer's global step, from 0.</param>
    /// <param name="cancellationToken">Cancels a call that waits; whether it changed rows is then not known.</param>
    /// <exception cref="ArgumentException">A batch cannot be used; no table changed.</exception>
    public abstract ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default);

    /// <summary>Applies <see cref="TableBatch.Gradients"/>. Those of ids without a row are dropped and counted.</summary>
    /// <inheritdoc cref="LookupOrAdmitAsync" path="/param" />
    /// <inheritdoc cref="LookupOrAdmitAsync" path="/exception" />
    public abstract ValueTask ApplyGradientsAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default);

    /// <summary>Evicts by the expiry policies, table after table, see <see cref="EmbeddingTable.Evict"/>.</summary>
    /// <param name="cancellationToken">Stops between two slices; what was dead stays dead.</param>
    /// <returns>How many rows were removed.</returns>
    public abstract ValueTask<long> EvictAsync(CancellationToken cancellationToken = default);

    /// <summary>Evicts by the expiry policy of one table, see <see cref="EmbeddingTable.Evict"/>; nothing where it has none.</summary>
    /// <param name="table">Its place in the schema.</param>
    /// <param name="cancellationToken">Stops between two slices; what was dead stays dead.</param>
    /// <returns>How many rows were removed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    public abstract ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default);

    /// <summary>What each table holds and what happened to it, in the order of the schema.</summary>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public abstract ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes an event time that the caller guarantees: in each table the newest becomes it, unless it is ahead already. A set that is
    /// elsewhere sends it along with its next call.
    /// </summary>
    /// <param name="eventTime">The time, in whole seconds, rounded down.</param>
    public abstract void ConfirmEventTime(DateTimeOffset eventTime);

    /// <summary>
    /// Takes back an event time that was guaranteed, in the tables whose newest it still is, see
    /// <see cref="EmbeddingTable.SetEventTimeBack"/>.
    /// </summary>
    /// <param name="revoked">The time that is wrong, in whole seconds, rounded down.</param>
    /// <param name="eventTime">The newest that is right.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public abstract ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes back newest event times that are too far ahead, in every table, see <see cref="EmbeddingTable.SetEventTimeBack"/>.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right, in whole seconds, rounded down; tables that are earlier
    /// stay.</param>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    /// <returns>How many rows were stamped with it.</returns>
    public abstract ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes ready what is saved apart from the set: to be awaited between two batches, right before a cut. A set in this process has
    /// nothing to do.
    /// </summary>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    public virtual ValueTask PrepareCutAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>
    /// Learns what the tables hold, after they were restored apart from the set. A set in this process knows it.
    /// </summary>
    /// <param name="cancellationToken">Cancels a call that waits.</param>
    /// <exception cref="InvalidOperationException">They hold more than the set may.</exception>
    public virtual ValueTask RefreshAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>
    /// Tables of the same schema and options that never hold a row: a coordinator's, whose commits have all rows in their parts.
    /// </summary>
    internal EmbeddingTableSet CreateRowless()
    {
        var options = Options.Copy();
        options.Range = new IdRange(0, RangeCount);
        return EmbeddingTableSet.CreateRowless(Schema, options, Time);
    }

    /// <summary>A trainer has seen the examples: it tells what is wrong with their times.</summary>
    internal virtual void LeaveImplausibleTimesToTrainer()
    {
    }

    /// <summary>Requires the place of a table.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such table.</exception>
    private protected void RequireTable(int table)
    {
        if ((uint)table >= (uint)Schema.Tables.Count)
            throw OutOfRange.Of(nameof(table), table, $"The schema has {Schema.Tables.Count} tables, from place 0 on.");
    }

    /// <summary>Requires one batch a table.</summary>
    /// <exception cref="ArgumentException">There are more or fewer, or one is null.</exception>
    private protected void RequireBatches(IReadOnlyList<TableBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count != Schema.Tables.Count)
            throw new ArgumentException(
                $"The schema has {Schema.Tables.Count} tables, but there are {batches.Count} batches; one for each.", nameof(batches));
        for (var i = 0; i < batches.Count; i++)
        {
            if (batches[i] is null) throw new ArgumentException($"The batch at place {i} is null.", nameof(batches));
        }
    }
}
