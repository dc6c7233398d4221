using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Streams.Joining;
using Monolith.Embeddings.Streams.Joining.Reading;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Makes examples of impressions and of the actions that follow them: a left outer join in event time. Every impression gives an example;
/// its labels are those of its actions within a window, or the default. Impressions and actions come from any number of logs, late, twice
/// and out of order.
/// </summary>
/// <remarks>
/// <para>
/// Records are processed in the order of event time, as soon as no earlier one can come: a record is late if it lies more than
/// <see cref="OnlineJoinerOptions.AllowedLateness"/> behind the greatest time of its own log, and everything waits for the log that has
/// come the least far. So the examples, their order and the batches depend on what the logs hold alone, and not on which was read first. A
/// log that falls silent holds the others until it brings a record, or a punctuation.
/// </para>
/// <para>
/// The joiner has a state, the impressions and actions that may still count, which belongs into commits. In one process it can be read
/// again from any of its last <see cref="ExampleSource.KeptStates"/> positions. One reading at a time; <see cref="Status"/> and
/// <see cref="CaptureState"/> on any thread.
/// </para>
/// </remarks>
/// <typeparam name="TKey">What an impression and its actions have in common: request and item, usually.</typeparam>
/// <typeparam name="TImpression">The application's impression.</typeparam>
/// <typeparam name="TAction">The application's action.</typeparam>
/// <example>
/// <code>
/// // public record Shown(long Request, long Item, long User, DateTimeOffset Time);
/// // public record Clicked(long Request, long Item, DateTimeOffset Time);
/// var encoder = new ExampleEncoder&lt;Shown&gt;(schema, (in Shown shown, ExampleWriter writer) =&gt; writer
///     .Id(user, shown.User)
///     .Id(item, shown.Item)
///     .At(shown.Time, shown.Request));
///
/// using var joiner = new OnlineJoiner&lt;(long, long), Shown, Clicked&gt;(
///     JoinKeys.Int64Pair,
///     new JoinedImpressions&lt;(long, long), Shown&gt;(encoder, shown =&gt; (shown.Request, shown.Item)),
///     new JoinedActions&lt;(long, long), Clicked&gt;(click, clicked =&gt; (clicked.Request, clicked.Item), clicked =&gt; clicked.Time),
///     new OnlineJoinerOptions { Window = TimeSpan.FromMinutes(10), BatchSize = 256 });
///
/// var json = ShopJson.Default;
/// joiner.AddImpressions("impressions", new JsonLinesLog&lt;Shown&gt;(LogFiles.Rotating("impressions.jsonl"), json.Shown));
/// joiner.AddActions("clicks", new JsonLinesLog&lt;Clicked&gt;(LogFiles.Rotating("clicks.jsonl"), json.Clicked));
///
/// await using var trainer = new OnlineTrainer(tables, model, joiner, store);
/// await trainer.RunAsync(null, stopping);
/// </code>
/// </example>
public sealed class OnlineJoiner<TKey, TImpression, TAction> : ExampleSource, IDisposable
{
    private readonly JoinerCore _core;
    private readonly JoinKey<TKey> _key;
    private readonly JoinedImpressions<TKey, TImpression> _impressions;
    private readonly JoinedActions<TKey, TAction> _actions;

    /// <summary>Creates a joiner without logs.</summary>
    /// <param name="key">Writes keys; see <see cref="JoinKeys"/>.</param>
    /// <param name="impressions">How impressions are read.</param>
    /// <param name="actions">How actions are read.</param>
    /// <param name="options">How they are joined; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of delays and silences; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="ArgumentException">
    /// A task is not of the encoder's schema, or corrects for another <see cref="OnlineJoinerOptions.Feedback"/> than that of the options.
    /// </exception>
    public OnlineJoiner(
        JoinKey<TKey> key, JoinedImpressions<TKey, TImpression> impressions, JoinedActions<TKey, TAction> actions,
        OnlineJoinerOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(impressions);
        ArgumentNullException.ThrowIfNull(actions);
        OptionErrors.ThrowIfInvalid(options ??= new());
        foreach (var task in actions.Tasks)
        {
            impressions.Encoder.Schema.RequireOwn(task);
            if (JoinerTerms.ProblemOf(task, options.Feedback) is { } problem) throw new ArgumentException(problem, nameof(actions));
        }
        (_key, _impressions, _actions) = (key, impressions, actions);
        _core = new JoinerCore(impressions.Encoder.Schema, actions.Tasks, options.Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc />
    public override FeatureSchema Schema => _impressions.Encoder.Schema;

    /// <inheritdoc />
    public override bool CanRewind => true;

    /// <inheritdoc />
    public override bool IsDeterministic => _core.IsDeterministic;

    /// <inheritdoc />
    public override bool HasState => true;

    /// <inheritdoc />
    public override long BadRecords => _core.BadRecords;

    /// <inheritdoc />
    public override long SkippedRecords => _core.SkippedRecords;

    /// <summary>What the joiner has done, and how far it has come, at the end of the last batch or since. Thread-safe.</summary>
    public OnlineJoinerStatus Status => _core.Status;

    /// <summary>Adds a log whose records are impressions.</summary>
    /// <param name="name">Its name among the joiner's logs, which positions hold; 1 to 200 bytes in UTF-8.</param>
    /// <param name="log">The log.</param>
    /// <param name="badRecords">What is done about bad records; the reading stops at the first where null. Copied.</param>
    /// <returns>The joiner.</returns>
    /// <exception cref="ArgumentException">The name is taken, or cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The joiner was read already.</exception>
    public OnlineJoiner<TKey, TImpression, TAction> AddImpressions(
        string name, RecordLog<TImpression> log, BadRecords<TImpression>? badRecords = null) =>
        Add(name, log, static (in TImpression record, JoinRecordWriter<TKey, TImpression, TAction> writer) => writer.Impression(in record),
            badRecords);

    /// <summary>Adds a log whose records are actions.</summary>
    /// <inheritdoc cref="AddImpressions" />
    public OnlineJoiner<TKey, TImpression, TAction> AddActions(
        string name, RecordLog<TAction> log, BadRecords<TAction>? badRecords = null) =>
        Add(name, log, static (in TAction record, JoinRecordWriter<TKey, TImpression, TAction> writer) => writer.Action(in record),
            badRecords);

    /// <summary>Adds a log whose records say by a delegate what they are: a log with both, or one with punctuations.</summary>
    /// <inheritdoc cref="AddImpressions" />
    /// <typeparam name="TRecord">The log's record.</typeparam>
    /// <param name="name">Its name among the joiner's logs, which positions hold; 1 to 200 bytes in UTF-8.</param>
    /// <param name="log">The log.</param>
    /// <param name="read">Says of each record what it is. What it throws makes the record a bad one.</param>
    /// <param name="badRecords">What is done about bad records; the reading stops at the first where null. Copied.</param>
    public OnlineJoiner<TKey, TImpression, TAction> Add<TRecord>(
        string name, RecordLog<TRecord> log, JoinReading<TRecord, TKey, TImpression, TAction> read, BadRecords<TRecord>? badRecords = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(read);
        OptionErrors.ThrowIfInvalid(badRecords ??= new());
        var sink = new RecordSink<TKey, TImpression, TAction>(_key, _impressions, _actions, new ExampleBatch(Schema));
        _core.Add(new LogPartition<TRecord, TKey, TImpression, TAction>(name, log, read, badRecords.Copy(), sink));
        return this;
    }

    /// <inheritdoc />
    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        _core.ReadAsync(from, cancellationToken);

    /// <inheritdoc />
    public override SourceState CaptureState(StreamPosition at) => _core.CaptureState(at);

    /// <inheritdoc />
    public override bool KeepStatesFrom(StreamPosition at)
    {
        _core.KeepStatesFrom(at);
        return true;
    }

    /// <inheritdoc />
    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return _core.RestoreStateAsync(at, state, cancellationToken);
    }

    internal override bool ForgetsAtRest => true;

    internal override async ValueTask<ForgottenInputs> ForgetAsync(
        SuppressionList list, StreamPosition? at, CancellationToken cancellationToken)
    {
        var removed = await Task.Run(() => _core.Forget(list, at, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new ForgottenInputs(0, removed, 0);
    }

    /// <inheritdoc />
    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) =>
        _core.CommittedAsync(position, cancellationToken);

    /// <summary>Gives back the memory and the scratch files. No reading goes on meanwhile. Once or more.</summary>
    public void Dispose() => _core.Dispose();
}
