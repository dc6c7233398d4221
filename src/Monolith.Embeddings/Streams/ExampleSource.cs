using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where examples come from: history, a live stream, or one after the other. Can be opened again at a position that an earlier batch
/// carried.
/// </summary>
/// <remarks>One reader at a time. Each batch that is yielded belongs to the receiver until it disposes it.</remarks>
/// <example>
/// <code>
/// // First what happened, and then what happens.
/// var source = ExampleSource.From(history, encoder, batchSize: 64)
///     .Then(ExampleSource.From(live, encoder, batchSize: 64, maxDelay: TimeSpan.FromSeconds(5)));
/// </code>
/// </example>
public abstract class ExampleSource
{
    /// <summary>The schema of the batches.</summary>
    public abstract FeatureSchema Schema { get; }

    /// <summary>Whether <see cref="ReadAsync"/> can start at any position that an earlier batch carried.</summary>
    public abstract bool CanRewind { get; }

    /// <summary>Whether reading again from a position yields the same batches: the same examples, cut at the same places.</summary>
    public abstract bool IsDeterministic { get; }

    /// <summary>
    /// How many records it could not read or its encoder threw for, in all readings together; see <see cref="BadRecords{TRecord}"/>.
    /// </summary>
    public virtual long BadRecords => 0;

    /// <summary>How many records its encoder left out (<see cref="ExampleWriter.Skip"/>), in all readings together.</summary>
    public virtual long SkippedRecords => 0;

    /// <summary>Makes a source of an asynchronous stream that can be opened again.</summary>
    /// <remarks>
    /// A position is the number of records before it, so that opening at one reads that many records and drops them. A batch is handed on
    /// once it is full, its delay is over or the stream has ended; the last one may be short, and an empty stream has none.
    /// </remarks>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="open">
    /// Opens the stream at its first record, each time it is called; every time the same records in the same order, though there may be
    /// more of them later on.
    /// </param>
    /// <param name="encoder">
    /// Writes a record as an example. What it throws ends the reading, as <see cref="ExampleSourceException"/>.
    /// </param>
    /// <param name="batchSize">Examples a batch, 1 to 65,536.</param>
    /// <param name="isDeterministic">Whether the caller promises just that of <paramref name="open"/>. Default true.</param>
    /// <param name="maxDelay">
    /// How long a batch that was begun may wait to be full, more than zero and at most a day, so that a quiet stream is learned all the
    /// same. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
    /// </param>
    /// <param name="timeProvider">The clock of <paramref name="maxDelay"/>; the system's where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size or the delay lies outside.</exception>
    public static ExampleSource From<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, ExampleEncoder<T> encoder, int batchSize, bool isDeterministic = true,
        TimeSpan? maxDelay = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new RecordSource<T>(open, encoder, Options<T>(batchSize, isDeterministic, maxDelay), canRewind: true, timeProvider);
    }

    /// <summary>
    /// Makes a source of a sequence that can be opened again, a file reader's for one. As the other overload; records are read on the
    /// thread that reads the batches.
    /// </summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="open">
    /// Opens the sequence at its first record, each time it is called; every time the same records in the same order.
    /// </param>
    /// <param name="encoder">
    /// Writes a record as an example. What it throws ends the reading, as <see cref="ExampleSourceException"/>.
    /// </param>
    /// <param name="batchSize">Examples a batch, 1 to 65,536.</param>
    /// <param name="isDeterministic">Whether the caller promises just that of <paramref name="open"/>. Default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size lies outside.</exception>
    public static ExampleSource From<T>(Func<IEnumerable<T>> open, ExampleEncoder<T> encoder, int batchSize, bool isDeterministic = true)
    {
        ArgumentNullException.ThrowIfNull(open);
        var options = Options<T>(batchSize, isDeterministic, null);
        return new RecordSource<T>(_ => open().ToAsyncEnumerable(), encoder, options, canRewind: true, null);
    }

    /// <summary>
    /// Makes a source of a stream that is there once. Reading it a second time, or from a position, throws
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="encoder">
    /// Writes a record as an example. What it throws ends the reading, as <see cref="ExampleSourceException"/>.
    /// </param>
    /// <param name="batchSize">Examples a batch, 1 to 65,536.</param>
    /// <param name="maxDelay">
    /// How long a batch that was begun may wait to be full, more than zero and at most a day, so that a quiet stream is learned all the
    /// same. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
    /// </param>
    /// <param name="timeProvider">The clock of <paramref name="maxDelay"/>; the system's where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size or the delay lies outside.</exception>
    public static ExampleSource From<T>(
        IAsyncEnumerable<T> stream, ExampleEncoder<T> encoder, int batchSize, TimeSpan? maxDelay = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new RecordSource<T>(_ => stream, encoder, Options<T>(batchSize, false, maxDelay), canRewind: false, timeProvider);
    }

    /// <summary>Makes a source of an asynchronous stream that can be opened again.</summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="open">
    /// Opens the stream at its first record, each time it is called; every time the same records in the same order, though there may be
    /// more of them later on.
    /// </param>
    /// <param name="encoder">Writes a record as an example.</param>
    /// <param name="options">How batches are made. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of <see cref="RecordOptions{T}.MaxDelay"/>; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static ExampleSource From<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, ExampleEncoder<T> encoder, RecordOptions<T> options,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new RecordSource<T>(open, encoder, Validated(options), canRewind: true, timeProvider);
    }

    /// <summary>Makes a source of a sequence that can be opened again, a file reader's for one.</summary>
    /// <inheritdoc cref="From{T}(Func{CancellationToken, IAsyncEnumerable{T}}, ExampleEncoder{T}, RecordOptions{T}, TimeProvider)" />
    public static ExampleSource From<T>(
        Func<IEnumerable<T>> open, ExampleEncoder<T> encoder, RecordOptions<T> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new RecordSource<T>(_ => open().ToAsyncEnumerable(), encoder, Validated(options), canRewind: true, timeProvider);
    }

    /// <summary>
    /// This source to its end, and then another: the switch from history to the live stream. Its positions remember the part they lie in,
    /// so that one in the second part never opens the first, and stay good when further parts are added behind. Any number of parts costs
    /// what they cost one by one. What all of them promise, it promises.
    /// </summary>
    /// <param name="next">The source that follows, of the same schema, or of one like it.</param>
    /// <exception cref="ArgumentException">The schemas differ, or there are more parts than an array can have.</exception>
    public ExampleSource Then(ExampleSource next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (!Schema.Matches(next.Schema))
        {
            throw new ArgumentException(
                $"The two sources have schemas that differ: {Schema.DifferencesFrom("the first", next.Schema, "the second")}. "
                + "Make both encoders with one schema.", nameof(next));
        }
        return new SequentialSource(this, next);
    }

    /// <summary>Reads batches in order, from a position to the end of the stream.</summary>
    /// <param name="from">A position that an earlier batch carried, or <see cref="StreamPosition.Start"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public abstract IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// For who keeps a model durable: says that everything before a position is, and need not be kept by the source any longer. The default
    /// does nothing.
    /// </summary>
    /// <param name="position">A position that an earlier batch carried.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public virtual ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static RecordOptions<T> Options<T>(int batchSize, bool isDeterministic, TimeSpan? maxDelay)
    {
        if (batchSize is < 1 or > RecordOptions<T>.MaxBatchSize)
            throw OutOfRange.Of(nameof(batchSize), batchSize, $"A batch has 1 to {RecordOptions<T>.MaxBatchSize} examples.");
        if (maxDelay is { } delay && (delay <= TimeSpan.Zero || delay > RecordOptions<T>.LongestDelay))
        {
            throw OutOfRange.Of(nameof(maxDelay), delay,
                $"A delay is more than zero and at most {RecordOptions<T>.LongestDelay}; null waits for full batches.");
        }
        return new() { BatchSize = batchSize, IsDeterministic = isDeterministic, MaxDelay = maxDelay };
    }

    private static RecordOptions<T> Validated<T>(RecordOptions<T> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        return options.Copy();
    }
}
