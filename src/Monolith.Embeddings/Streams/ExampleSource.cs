using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where examples come from: history, a live stream, or one after the other. Can be opened again at a position that an earlier batch
/// carried.
/// </summary>
/// <remarks>One reader at a time. Each batch that is yielded belongs to the receiver until it disposes it.</remarks>
public abstract class ExampleSource
{
    /// <summary>The schema of the batches.</summary>
    public abstract FeatureSchema Schema { get; }

    /// <summary>Whether <see cref="ReadAsync"/> can start at any position that an earlier batch carried.</summary>
    public abstract bool CanRewind { get; }

    /// <summary>Whether reading again from a position yields the same batches: the same examples, cut at the same places.</summary>
    public abstract bool IsDeterministic { get; }

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
    /// <param name="encoder">Writes a record as an example. What it throws ends the reading.</param>
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
        return new RecordSource<T>(open, encoder, batchSize, canRewind: true, isDeterministic, maxDelay, timeProvider);
    }

    /// <summary>
    /// Makes a source of a sequence that can be opened again, a file reader's for one. As the other overload; records are read on the
    /// thread that reads the batches.
    /// </summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="open">
    /// Opens the sequence at its first record, each time it is called; every time the same records in the same order.
    /// </param>
    /// <param name="encoder">Writes a record as an example. What it throws ends the reading.</param>
    /// <param name="batchSize">Examples a batch, 1 to 65,536.</param>
    /// <param name="isDeterministic">Whether the caller promises just that of <paramref name="open"/>. Default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size lies outside.</exception>
    public static ExampleSource From<T>(Func<IEnumerable<T>> open, ExampleEncoder<T> encoder, int batchSize, bool isDeterministic = true)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new RecordSource<T>(_ => open().ToAsyncEnumerable(), encoder, batchSize, canRewind: true, isDeterministic);
    }

    /// <summary>
    /// Makes a source of a stream that is there once. Reading it a second time, or from a position, throws
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <typeparam name="T">The application's record.</typeparam>
    /// <param name="stream">The stream.</param>
    /// <param name="encoder">Writes a record as an example. What it throws ends the reading.</param>
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
        return new RecordSource<T>(_ => stream, encoder, batchSize, canRewind: false, isDeterministic: false, maxDelay, timeProvider);
    }

    /// <summary>
    /// This source to its end, and then another: the switch from history to the live stream. Its positions remember the part they lie in,
    /// so that one in the second part never opens the first, and stay good when further parts are added behind. Any number of parts costs
    /// what they cost one by one. What all of them promise, it promises.
    /// </summary>
    /// <param name="next">The source that follows, of the same schema object.</param>
    /// <exception cref="ArgumentException">The schemas are not the same object, or there are more parts than an array can have.</exception>
    public ExampleSource Then(ExampleSource next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (!ReferenceEquals(Schema, next.Schema))
        {
            throw new ArgumentException(
                "The two sources have schemas of their own. Build one schema, and make both encoders with it.", nameof(next));
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
}
