using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;
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
    /// <summary>The most examples that <see cref="Shuffled"/> keeps in memory: 2^30.</summary>
    public const int MaxShuffledExamples = 1 << 30;

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

    /// <summary>
    /// For how many of its newest batches a source with state can give it, and begin to read again: more than a trainer reads ahead.
    /// </summary>
    public const int KeptStates = 80;

    /// <summary>
    /// Whether a position alone does not say how to go on: the source has a state, which belongs into the commits of what learns from it.
    /// Default false.
    /// </summary>
    public virtual bool HasState => false;

    /// <summary>
    /// The state of the source as it was when it had yielded the batch of a position. Called between two batches of the trainer that learns
    /// from them, on any thread, beside a reading that is ahead: quick, and what takes long is done by the segments' own writing. The
    /// default is empty.
    /// </summary>
    /// <param name="at">
    /// A position that one of the last <see cref="KeptStates"/> batches carried, the one that the reading began at, or the start.
    /// </param>
    /// <exception cref="InvalidOperationException">The source does not know the state of that position any more.</exception>
    public virtual SourceState CaptureState(StreamPosition at) => new();

    /// <summary>
    /// Asks a source with state to know that of a position, and those of all later ones, however many there are, until it is asked to keep
    /// from a later one: for a stage that makes one batch of many. Called beside a reading or before it; between two batches of the reader.
    /// The default says that a source without state can.
    /// </summary>
    /// <param name="at">
    /// A position that the source knows the state of, or one whose state is to be restored; the start, before anything is read.
    /// </param>
    /// <returns>Whether it will. A source that does not cannot be followed by such a stage.</returns>
    public virtual bool KeepStatesFrom(StreamPosition at) => !HasState;

    /// <summary>
    /// Takes a state back, instead of its own, before a reading at its position. Called while nothing reads, perhaps more than once. The
    /// default requires that there is none.
    /// </summary>
    /// <param name="at">The position that the state was captured at.</param>
    /// <param name="state">The state; its segments are saved, and can be opened and kept.</param>
    /// <param name="cancellationToken">Cancels the call; the source then has no state to go on with.</param>
    /// <exception cref="InvalidDataException">It is not a state of such a source.</exception>
    /// <exception cref="Snapshots.SnapshotException">The file of a segment is missing or was changed.</exception>
    public virtual ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.IsEmpty) return ValueTask.CompletedTask;
        throw new InvalidDataException(
            $"The commit holds the state of a source with {state.Sections.Count} sections and {state.Segments.Count} segments, and this "
            + "source has none. Train with the source that the commit was made with.");
    }

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
    /// How long a batch that was begun may wait to be full, more than zero and at most a day, so that a quiet stream is still
    /// learned. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
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
    /// How long a batch that was begun may wait to be full, more than zero and at most a day, so that a quiet stream is still
    /// learned. Null (the default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
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

    /// <summary>
    /// This source several times over: whole epochs of one history. Where it is <see cref="Shuffled"/>, each epoch has an order of its own.
    /// Its positions remember the epoch they lie in, and stay good when there are more epochs later on.
    /// </summary>
    /// <remarks>
    /// It ends, so that a live stream can follow: <c>history.Epochs(3).Then(live)</c>. A trainer may end the epochs early, see
    /// <c>OnlineTrainerOptions.EarlyStop</c>. A batch is handed on when the next one was read: so that the last of an epoch is known.
    /// </remarks>
    /// <param name="count">How many times, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="ArgumentException">The source cannot be read again, or it has a state.</exception>
    public ExampleSource Epochs(int count)
    {
        OutOfRange.ThrowIfLess(count, 1);
        RequireNoState("has no second epoch: what it knows at its end is not how it began");
        if (CanRewind) return new EpochSource(this, count);
        throw new ArgumentException(
            "The source can be read one time, so that it has no second epoch. Make it of a function that opens the stream again.");
    }

    /// <summary>
    /// This source in another order, the same each time: block by block, each shuffled by itself. A block is as many whole batches as
    /// make <paramref name="bufferExamples"/> examples, or the last ones; they are in memory while their examples are given out.
    /// </summary>
    /// <remarks>
    /// The order of a block depends on the seed, the epoch and the block's number alone. A position in a block says where the block begins
    /// and how much of it was given: a reading that goes on there reads the block again, and gets the same batches as if nothing had
    /// happened.
    /// </remarks>
    /// <param name="bufferExamples">Examples a block, 1 to <see cref="MaxShuffledExamples"/>; a last batch may go beyond.</param>
    /// <param name="seed">Any number; another one gives another order.</param>
    /// <param name="batchSize">
    /// Examples a batch, 1 to 65,536; the last of each block may be short. Null, the default, cuts a block into batches of the sizes that
    /// it was read in.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size of the buffer or of a batch lies outside.</exception>
    /// <exception cref="ArgumentException">
    /// The source can be read again, but does not promise the same batches, so that a block could not be made again; or it has a state.
    /// </exception>
    public ExampleSource Shuffled(int bufferExamples, ulong seed, int? batchSize = null)
    {
        if (bufferExamples is < 1 or > MaxShuffledExamples)
            throw OutOfRange.Of(nameof(bufferExamples), bufferExamples, $"A block has 1 to {MaxShuffledExamples} examples.");
        if (batchSize is < 1 or > RecordOptions<int>.MaxBatchSize)
            throw OutOfRange.Of(nameof(batchSize), batchSize.Value, $"A batch has 1 to {RecordOptions<int>.MaxBatchSize} examples.");
        RequireNoState("cannot be shuffled: it would have to go back to where a block begins, further than a source with state does");
        if (!CanRewind || IsDeterministic) return new ShuffledSource(this, bufferExamples, seed, batchSize);
        throw new ArgumentException(
            "The source is not deterministic: read again, a block might have other examples, and some would be learned twice or never. "
            + "Shuffle a history, whose batches no clock cuts, and put the live stream behind it by Then.");
    }

    /// <summary>Reads batches in order, from a position to the end of the stream.</summary>
    /// <param name="from">
    /// A position that an earlier batch carried, or <see cref="StreamPosition.Start"/>. Of a source with state: one whose state was
    /// restored, or one that <see cref="CaptureState"/> would know.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public abstract IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// For the code that keeps a model durable: says that everything before a position is, and need not be kept by the source any longer.
    /// The default does nothing.
    /// </summary>
    /// <param name="position">A position that an earlier batch carried.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public virtual ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Reads one of several epochs; what is shuffled has an order of its own in each.</summary>
    internal virtual IAsyncEnumerable<ExampleBatch> ReadEpochAsync(int epoch, StreamPosition from, CancellationToken cancellationToken) =>
        ReadAsync(from, cancellationToken);

    /// <summary>
    /// Removes the examples that have a forgotten id from what the source keeps by itself, and leaves them out from now on; the default
    /// keeps none. Called between two batches, and again after a restart; who calls leaves such examples out of what it reads.
    /// </summary>
    /// <param name="list">All ids that were forgotten.</param>
    /// <param name="at">Where the reading goes on afterwards; null where it goes on in another part of a sequence.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What was removed.</returns>
    internal virtual ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken) => new(default(ForgottenInputs));

    /// <summary>
    /// Whether nothing may read the source while it forgets, because its state would be ahead: what was read ahead is then dropped, and
    /// read again from the position.
    /// </summary>
    internal virtual bool ForgetsAtRest => false;

    private void RequireNoState(string because)
    {
        if (!HasState) return;
        throw new ArgumentException(
            $"The source has a state, and {because}. Write its examples to a log, and read that instead; a live stream with a state "
            + "follows by Then.");
    }

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
