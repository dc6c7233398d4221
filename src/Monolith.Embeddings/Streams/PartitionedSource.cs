using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A source of several logs that are read together, in an order that the derived source decides: the partitions of a topic. Its positions
/// are a place in each of them, so that going on reads nothing again. Derive from it and write <see cref="ReadRecordsAsync"/>; for one log
/// there is <see cref="LogSource{TRecord}"/>.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
/// <remarks>One reader at a time.</remarks>
public abstract class PartitionedSource<TRecord> : ExampleSource
{
    private readonly RecordBatches<TRecord> _batches;

    /// <summary>Creates a source.</summary>
    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How batches are made; the defaults where null. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of <see cref="RecordOptions{TRecord}.MaxDelay"/>; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    protected PartitionedSource(ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        OptionErrors.ThrowIfInvalid(options ??= new());
        options = options.Copy();
        (_batches, Schema) = (new RecordBatches<TRecord>(encoder, options, timeProvider), encoder.Schema);
        IsDeterministic = options.IsDeterministic && options.MaxDelay is null;
    }

    /// <inheritdoc />
    public sealed override FeatureSchema Schema { get; }

    /// <inheritdoc />
    public sealed override bool CanRewind => true;

    /// <inheritdoc />
    public sealed override bool IsDeterministic { get; }

    /// <inheritdoc />
    public sealed override long BadRecords => _batches.BadRecords;

    /// <inheritdoc />
    public sealed override long SkippedRecords => _batches.SkippedRecords;

    /// <inheritdoc />
    public sealed override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadFrom(PartitionPlaces.From(from), cancellationToken);

    /// <inheritdoc />
    public sealed override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var places = PartitionPlaces.From(position);
        return places.IsStart ? ValueTask.CompletedTask : CommittedAsync(places, cancellationToken);
    }

    /// <summary>
    /// Says where a reading begins in each log: the places that the position knows, and a beginning in those that are new. All positions of
    /// the reading hold what it returns, also of logs that have brought nothing yet. The default returns what it was given.
    /// </summary>
    /// <param name="from">The places of a position, or the start.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    protected virtual ValueTask<PartitionPlaces> BeginAsync(PartitionPlaces from, CancellationToken cancellationToken) => new(from);

    /// <summary>
    /// Reads the records that come after the places, each log's in order, each record with the place after it: its
    /// <see cref="LogPosition.Log"/> names the log. It ends where all logs do.
    /// </summary>
    /// <param name="from">What <see cref="BeginAsync"/> returned.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    protected abstract IAsyncEnumerable<LogRecord<TRecord>> ReadRecordsAsync(PartitionPlaces from, CancellationToken cancellationToken);

    /// <summary>
    /// Says that everything before the places is durable, and need not be kept any longer. Never the start. The default does nothing.
    /// </summary>
    /// <param name="places">Places of a position that a batch carried.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    protected virtual ValueTask CommittedAsync(PartitionPlaces places, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// How messages name a record, where its log and offset are no good name. Asked for messages alone. The default, null, names it by
    /// those.
    /// </summary>
    /// <param name="behind">The place after the record.</param>
    protected virtual string? NameOf(LogPosition behind) => null;

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        PartitionPlaces position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var from = await BeginAsync(position, cancellationToken).ConfigureAwait(false);
        var records = new RecordCursor<LogRecord<TRecord>>(token => ReadRecordsAsync(from, token), cancellationToken);
        await using var closing = records.ConfigureAwait(false);
        var track = new PartitionedTrack<TRecord>(from, NameOf);
        await foreach (var batch in _batches.ReadAsync(records, track, cancellationToken).ConfigureAwait(false)) yield return batch;
    }
}
