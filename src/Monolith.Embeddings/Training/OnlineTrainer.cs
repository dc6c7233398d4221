using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Reading;
using Monolith.Embeddings.Training.Schedules;
using Monolith.Embeddings.Training.Stale;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Learns from a stream, one batch at a time: looks embeddings up, predicts, scores the prediction, learns, applies the gradients, evicts.
/// The next batches are read and parsed meanwhile. History and a live stream are one source: <see cref="ExampleSource.Then"/>.
/// </summary>
/// <remarks>
/// One run at a time. While it runs, other threads may look rows up in the tables; the model belongs to the trainer. Equal streams, options
/// and seeds give equal bits on the same runtime and instruction set. Tables, model and source belong to the caller and are not disposed.
/// </remarks>
/// <example>
/// <code>
/// await using var trainer = new OnlineTrainer(tables, model, source, store);
/// var progress = new Progress&lt;TrainingProgress&gt;(p =&gt; Console.WriteLine($"{p.Examples} examples, AUC {p.Window.Auc:F4}"));
/// // Goes on from the newest commit of the store, where there is one.
/// await trainer.RunAsync(progress, stopping);
/// </code>
/// </example>
[DebuggerDisplay("{Steps} steps, {Examples} examples, at {Position}")]
public sealed partial class OnlineTrainer : IAsyncDisposable
{
    private readonly TableSet _tables;
    private readonly OnlineModel _model;
    private readonly ExampleSource _source;
    private readonly OnlineTrainerOptions _options;
    private readonly TimeProvider _time;
    private readonly BatchReader _reader;
    private readonly FeatureBlocks _gradients;
    private readonly GlobalNormClipping? _clipping;
    private readonly TrainingCallbacks _callbacks;
    private readonly LabelTask? _reportedTask;
    private readonly SnapshotStore? _store;
    private readonly SnapshotParts? _parts;
    private readonly DivergenceGuard _guard;
    private readonly HourlyGate _lostGate;
    private readonly ILogger _log;
    private readonly StaleLookups? _stale;
    private EmbeddingLayer _layer;
    private float[] _logits = [];
    private long _unscored;
    private bool _isTorn;
    private int _isRunning;

    /// <summary>Creates a trainer that stands at the start of its stream.</summary>
    /// <param name="tables">Tables made of the source's schema.</param>
    /// <param name="model">A model of the same schema.</param>
    /// <param name="source">Where examples come from.</param>
    /// <param name="options">How it runs; the defaults where null. Copied: later changes do not reach the trainer.</param>
    /// <param name="timeProvider">The clock of progress and profile; the system's where null.</param>
    /// <exception cref="ArgumentException">
    /// Tables, model and source are not of one schema, the options clip by the global norm and the model does not support that, they ask
    /// for what the source cannot do (to be read again after a failure, or to end its epochs), for staleness where the tables are not in
    /// this process, or for what needs a store (a gate, an audit of removals).
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The schema has sequences and the model knows pooled slots only, or it has a task whose correction the model does not learn; the
    /// message names them.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    [OverloadResolutionPriority(1)]
    public OnlineTrainer(
        TableSet tables, OnlineModel model, ExampleSource source, OnlineTrainerOptions? options = null, TimeProvider? timeProvider = null)
        : this(tables, model, source, options, timeProvider, savesTables: false)
    {
        RequireNothingForStores();
    }

    private OnlineTrainer(
        TableSet tables, OnlineModel model, ExampleSource source, OnlineTrainerOptions? options, TimeProvider? timeProvider,
        bool savesTables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        OptionErrors.ThrowIfInvalid(options ??= new OnlineTrainerOptions());
        if (!model.Schema.Matches(source.Schema))
        {
            throw new ArgumentException("The model was made for another schema than the source's: "
                + $"{model.Schema.DifferencesFrom("the model's", source.Schema, "the source's")}.", nameof(model));
        }
        RequireReadableAgain(options, source);
        TaskCorrections.Require(model, source.Schema);
        (_tables, _model, _source, _options, _time) = (tables, model, source, options.Copy(), timeProvider ?? TimeProvider.System);
        RequireCorrectable(_options, source.Schema);
        _earlyStop = EarlyStoppingOf(_options, source, model, savesTables);
        _times = new TrainerEventTimes(tables, _time, _options.Logger ?? NullLogger.Instance);
        if (!model.SupportsSequences) source.Schema.RequirePooled($"The model '{model.Name}'");
        _stale = StaleLookupsOf(_options, tables, source.Schema, model.BlockAllocator);
        _layer = _stale?.Layer ?? new EmbeddingLayer(tables, source.Schema, _options.MaxDegreeOfParallelism, model.BlockAllocator);
        _reader = new BatchReader(source, _options.ReadAheadBatches, model);
        _gradients = new FeatureBlocks(source.Schema.Layout, BlockUse.Gradient, model.BlockAllocator);
        if (_options.ClipGlobalNorm is { } norm) _clipping = ClippingOf(model, norm);
        _callbacks = new TrainingCallbacks
        {
            ForwardDone = _options.ProfileModel ? () => Profile!.End(TrainingPhase.Forward) : null,
            ScaleOf = _clipping is { } clipping ? clipping.Scale : null,
        };
        _log = _options.Logger ?? NullLogger.Instance;
        _figures = CreateFigures();
        _sourceFailures = new SourceFailures(_options.SourceFailures, _log, _time);
        _capture = CaptureAsync;
        (_guard, _lostGate) = (new DivergenceGuard(tables, model, _options.MaxRefusedShare), new HourlyGate(_time));
        _evictions = new EvictionSchedules(tables, _options.EvictEvery, _time, _log);
        _commitSchedules = new CommitSchedules(_options.Synchronization, tables.Schema.Tables, _time);
        _reportedTask = model.ReportedTask;
        Metrics = new ProgressiveMetrics(source.Schema, _options.Metrics);
        if (_options.Calibration is not null) UncorrectedMetrics = new ProgressiveMetrics(source.Schema, OwnMetrics(_options));
        _slices = CreateSlices(_options, tables, source.Schema);
        _ranking = RankingOf(_options, tables, model, source);
        Profile = new TrainingProfile(_time);
        AdaptCorrection();
    }

    /// <summary>
    /// Creates a trainer that commits what it learns to a store, and goes on from the newest commit that it finds there: its first run
    /// restores tables, model and position, and continues as if nothing had happened.
    /// </summary>
    /// <param name="tables">Tables made of the source's schema; empty, unless the store is.</param>
    /// <param name="model">A model of the same schema.</param>
    /// <param name="source">Where examples come from; one that can be opened again where the store has commits.</param>
    /// <param name="store">Where snapshots live. The trainer takes it over from the trainer that wrote to it before.</param>
    /// <param name="options">How it runs; the defaults where null. Copied: later changes do not reach the trainer.</param>
    /// <param name="timeProvider">The clock of progress, profile and commits; the system's where null.</param>
    /// <exception cref="ArgumentException">
    /// Tables, model and source are not of one schema, the options clip by the global norm and the model does not support that, they ask
    /// for what the source cannot do (to be read again after a failure, or to end its epochs), or for staleness where the tables are not in
    /// this process.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="NotSupportedException">A row of a table is too long for a snapshot; the message holds the numbers.</exception>
    public OnlineTrainer(
        EmbeddingTableSet tables, OnlineModel model, ExampleSource source, SnapshotStore store, OnlineTrainerOptions? options = null,
        TimeProvider? timeProvider = null)
        : this(tables, model, source, options, timeProvider, savesTables: true)
    {
        ArgumentNullException.ThrowIfNull(store);
        // Before anything is learned that could not be saved.
        SnapshotChain.RequireSavable(tables);
        _store = store;
        CreateGate();
    }

    /// <summary>
    /// Creates a trainer whose tables are cut into ranges, which commits what it learns to a store, and goes on from the newest commit that
    /// it finds there, as the other. Each range writes its rows as a part of the commit; one replacement of the manifest publishes all.
    /// </summary>
    /// <param name="tables">Tables made of the source's schema; empty, unless the store is.</param>
    /// <param name="model">A model of the same schema.</param>
    /// <param name="source">Where examples come from; one that can be opened again where the store has commits.</param>
    /// <param name="store">Where snapshots live. The trainer takes it over from the trainer that wrote to it before.</param>
    /// <param name="parts">Write the rows of <paramref name="tables"/>; used by this trainer alone, and closed when it is disposed.</param>
    /// <param name="options">How it runs; the defaults where null. Copied: later changes do not reach the trainer.</param>
    /// <param name="timeProvider">The clock of progress, profile and commits; the system's where null.</param>
    /// <exception cref="ArgumentException">
    /// Tables, model and source are not of one schema, the options clip by the global norm and the model does not support that, they ask
    /// for what the source cannot do (to be read again after a failure, or to end its epochs), or for staleness where the tables are not in
    /// this process.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public OnlineTrainer(
        TableSet tables, OnlineModel model, ExampleSource source, SnapshotStore store, SnapshotParts parts,
        OnlineTrainerOptions? options = null, TimeProvider? timeProvider = null)
        : this(tables, model, source, options, timeProvider, savesTables: false)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(parts);
        (_store, _parts) = (store, parts);
        RequireAuditable();
        CreateGate();
    }

    /// <summary>Examples learned from.</summary>
    public long Examples { get; private set; }

    /// <summary>Batches learned from: the global step of the next one.</summary>
    public long Steps { get; private set; }

    /// <summary>Where the stream goes on: after the last batch that was learned from.</summary>
    public StreamPosition Position { get; private set; }

    /// <summary>How well each task was predicted before it was learned.</summary>
    public ProgressiveMetrics Metrics { get; }

    /// <summary>Where the time went.</summary>
    public TrainingProfile Profile { get; }

    /// <summary>
    /// Learns from <see cref="Position"/> on until the stream ends. May be called again afterwards, if the source can be opened again.
    /// </summary>
    /// <param name="progress">
    /// Told after every <see cref="OnlineTrainerOptions.WindowExamples"/> examples, and at the end; null for none.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops after the batch that is being learned; the trainer then stands between two batches, whole.
    /// </param>
    /// <returns>The last report.</returns>
    /// <remarks>
    /// What the source, its encoder or a callback throws ends the run between two batches, and the next run goes on as if nothing had
    /// happened: an eviction that was due is done at its start. Of the source, it may be tolerated
    /// (<see cref="OnlineTrainerOptions.SourceFailures"/>); where it is not, what was learned is committed before the run ends. What a
    /// table or the model throws ends it within a batch, and no later run is allowed: part of that batch would be learned twice.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">It runs already, or a batch failed in the middle.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed, or was while it ran.</exception>
    /// <exception cref="BatchInterruptedException">A table ran out of memory, or a plug-in threw.</exception>
    /// <exception cref="TrainingDivergedException">
    /// Dense weights are not finite, or more was refused for its numbers than <see cref="OnlineTrainerOptions.MaxRefusedShare"/> allows. It
    /// was not committed.
    /// </exception>
    /// <exception cref="SnapshotException">
    /// The store's newest commit cannot be restored, another trainer has taken the store over, more commits in a row failed than
    /// <see cref="SynchronizationOptions.Failures"/> tolerates, or the last commit of the run failed.
    /// </exception>
    public async Task<TrainingProgress> RunAsync(
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The trainer runs already; one run at a time.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _insideRunOf.Value = this;
            return await RunToldAsync(progress, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (stop.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(!cancellationToken.IsCancellationRequested, this);
            throw new OperationCanceledException(cause.Message, cause, cancellationToken);
        }
        finally
        {
            await EndRunAsync().ConfigureAwait(false);
        }
    }

    private GlobalNormClipping ClippingOf(OnlineModel model, float norm) => model.SupportsGlobalNorm
        ? new GlobalNormClipping(_layer, _gradients, norm)
        : throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.ClipGlobalNorm)} is {norm:R}, but the model '{model.Name}' does not support a global norm. "
            + "Leave it null, or let the model override "
            + $"{nameof(OnlineModel.SupportsGlobalNorm)} and ask for the scale of its gradients.", nameof(model));
}
