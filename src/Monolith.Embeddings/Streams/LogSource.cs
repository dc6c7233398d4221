using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A source of records that can be opened at any place: a file at a byte, a table at an id, a topic at an offset. Its positions are those
/// places, so that going on reads nothing again. Derive from it and write <see cref="ReadRecordsAsync"/>.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
/// <remarks>One reader at a time, unless <see cref="ReadRecordsAsync"/> allows more.</remarks>
public abstract class LogSource<TRecord> : ExampleSource
{
    private readonly RecordBatches<TRecord> _batches;
    private SourceLog<TRecord>? _log;

    /// <summary>Creates a source.</summary>
    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How batches are made; the defaults where null. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of <see cref="RecordOptions{TRecord}.MaxDelay"/>; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    protected LogSource(ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null, TimeProvider? timeProvider = null)
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

    /// <summary>The records of this source as they are, for a joiner: its encoder and its batches are not used then.</summary>
    public RecordLog<TRecord> Log => _log ??= new SourceLog<TRecord>(this);

    /// <inheritdoc />
    public sealed override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        ReadFrom(LogPosition.From(from), cancellationToken);

    /// <summary>
    /// Says that everything before a place is durable, and need not be kept any longer. Never the start. The default does nothing.
    /// </summary>
    /// <param name="position">A place after a record that was read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    protected virtual ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public sealed override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        var place = LogPosition.From(position);
        return place.IsStart ? ValueTask.CompletedTask : CommittedAsync(place, cancellationToken);
    }

    /// <summary>
    /// Reads the records that come after a place, in order, each with the place after it. It ends where the log does; a log that grows
    /// does not end, and waits for more until it is cancelled.
    /// </summary>
    /// <param name="from">A place that an earlier record carried, or the start.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    protected abstract IAsyncEnumerable<LogRecord<TRecord>> ReadRecordsAsync(LogPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// How messages name a record, where the place at which it begins is no good name: "clicks, id 42". Asked for messages alone. The
    /// default, null, names it by its line or that place.
    /// </summary>
    /// <param name="behind">The place after the record.</param>
    protected virtual string? NameOf(LogPosition behind) => null;

    internal IAsyncEnumerable<LogRecord<TRecord>> ReadForLogAsync(LogPosition from, CancellationToken cancellationToken) =>
        ReadRecordsAsync(from, cancellationToken);

    internal string? NameForLog(LogPosition behind) => NameOf(behind);

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var records = new RecordCursor<LogRecord<TRecord>>(token => ReadRecordsAsync(from, token), cancellationToken);
        await using var closing = records.ConfigureAwait(false);
        var track = new LogTrack<TRecord>(from, NameOf);
        await foreach (var batch in _batches.ReadAsync(records, track, cancellationToken).ConfigureAwait(false)) yield return batch;
    }
}
