using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving.Loading;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// The serving side of a model that is trained elsewhere: loads the newest full of a chain and the deltas after it, follows the chain, and
/// answers lookups and predictions meanwhile. Holds weights alone, in 32 or 16 bits or in bytes.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe: any member from any thread. A row is never read half-written; while a delta is applied, rows are of the version before or
/// of the one after. Commits are applied in order, each once.
/// </para>
/// <para>
/// A file is checked whole before anything of it is used. What cannot be used leaves the replica at the version that it has, shows as
/// <see cref="LastFailure"/>, and is tried again; where a delta is missing, or is of no use, and the store has a newer full, that is loaded
/// beside the tables that serve and takes their place at once. Memory that runs out in the middle of a delta leaves some rows newer than
/// <see cref="Version"/> says, each whole; the delta is tried again.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// // In another process than the trainer; it may start first.
/// await using var replica = await ModelReplica.OpenAsync(
///     store, createModel(), new() { Startup = ReplicaStartup.WaitForCommit }, cancellationToken: stopping);
/// Console.WriteLine($"commit {replica.Version.Number}, {replica.Lag.Age} old");
/// </code>
/// </example>
[DebuggerDisplay("commit {Version.Number}, {MemoryBytes} bytes")]
public sealed partial class ModelReplica : Predictor
{
    private readonly SnapshotStore _store;
    private readonly ModelReplicaOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly MemoryAccount _account;
    private readonly ReplicaLoader _loader;
    private readonly ILogger _log;
    private readonly bool _hasFactory;
    private readonly CancellationTokenSource _stopping = new();
    private Task _polling = Task.CompletedTask;
    private ReplicaState? _state;
    private ReplicaVersion _version = ReplicaVersion.None;
    private TableVersions _tables = TableVersions.Of(0);
    private Exception? _lastFailure;
    private long _refusedRows;
    private int _isDisposed;

    // Set when the tables go, which is after whatever was under way.
    private bool _isClosed;

    private ModelReplica(
        SnapshotStore store, ModelReplicaOptions options, TimeProvider? timeProvider, Func<ulong, OnlineModel?>? createModel)
    {
        (_store, _options, _hasFactory, _timeProvider) = (store, options, createModel is not null, timeProvider ?? TimeProvider.System);
        _made = _timeProvider.GetUtcNow();
        (_trainer, _failureGate) = (new TrainerWatch(_timeProvider), new HourlyGate(_timeProvider));
        _pinnedTo = options.Commit ?? 0;
        _log = options.Logger ?? NullLogger.Instance;
        _account = new MemoryAccount(options.MemoryLimitBytes);
        _loader = new ReplicaLoader(store, _account, options.Precision, createModel);
    }

    /// <summary>
    /// The commit that the replica holds; <see cref="ReplicaVersion.None"/> before the first. Goes back only by <see cref="PinAsync"/>, and
    /// where the store was set back to a copy and trained on: the replica then loads what the store holds now.
    /// </summary>
    public ReplicaVersion Version => Volatile.Read(ref _version);

    internal override string Name => _options.Name;

    internal override ServedLog? ServedLog => _options.ServedLog;

    internal override long ModelVersion => (long)Version.Number;

    internal override TimeProvider Clock => _timeProvider;

    /// <summary>How far the replica is behind: the age of the commit that it holds, and how many newer ones it knows of.</summary>
    public ReplicaLag Lag
    {
        get
        {
            var (version, newest) = (Version, Volatile.Read(ref _newestNumber));
            var age = _timeProvider.GetUtcNow() - (version == ReplicaVersion.None ? _made : version.Created);
            return new ReplicaLag
            {
                Age = age > TimeSpan.Zero ? age : TimeSpan.Zero,
                Commits = newest > version.Number ? (long)(newest - version.Number) : 0
            };
        }
    }

    /// <summary>Why the replica could not follow when it last tried; null where it could.</summary>
    public Exception? LastFailure => Volatile.Read(ref _lastFailure);

    /// <summary>
    /// Where the store goes on since it was migrated to another schema (<see cref="Training.SchemaMigration"/>); null where it was not, or
    /// a trainer of this schema took it over again. The replica goes on serving what it has.
    /// </summary>
    public SnapshotSuccessor? MovedTo => Volatile.Read(ref _followed)?.Successor;

    /// <summary>
    /// How many rows were not taken because <see cref="ModelReplicaOptions.Precision"/> cannot hold their weights, as
    /// <see cref="Rows.RowFormat.Float16"/> cannot beyond 65,504; such an id keeps the row that it had.
    /// </summary>
    public long RefusedRows => Interlocked.Read(ref _refusedRows);

    /// <summary>The native memory of the tables, in bytes.</summary>
    public long MemoryBytes => _account.Bytes;

    /// <summary>
    /// Loads the newest state of a store and follows it. The model is never replaced by another: a chain whose schema or dense shape
    /// differs is refused.
    /// </summary>
    /// <param name="store">The store; used until the replica is disposed.</param>
    /// <param name="model">
    /// A model of the trainer's schema and shape. The replica owns and disposes it, also where it cannot be opened. While it loads new
    /// dense weights, which takes milliseconds, predictions wait; with a factory they do not.
    /// </param>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of polling and of <see cref="Lag"/>; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="SnapshotException">
    /// There is no commit yet and <see cref="ModelReplicaOptions.Startup"/> requires one, or a file cannot be used.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled, also while it waited for the first commit.</exception>
    /// <exception cref="OutOfMemoryException">The tables do not fit into <see cref="ModelReplicaOptions.MemoryLimitBytes"/>.</exception>
    public static async Task<ModelReplica> OpenAsync(
        SnapshotStore store, OnlineModel model, ModelReplicaOptions? options = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(model);
        var serving = ServingModel.Own(model);
        try
        {
            return await OpenAsync(new ModelReplica(store, Validated(options), timeProvider, null), serving, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            serving.Release();
        }
    }

    /// <summary>
    /// Loads the newest state of a store and follows it; new dense weights are loaded beside those that serve, and a new model version is
    /// swapped in whole.
    /// </summary>
    /// <param name="store">The store; used until the replica is disposed.</param>
    /// <param name="createModel">
    /// Makes a model for a schema, which it knows by <see cref="Features.FeatureSchema.Fingerprint"/>; null where it knows none. Called
    /// twice for each schema, a new model each time; and again for the same schema where the dense weights have another shape. The replica
    /// owns the models.
    /// </param>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of polling and of <see cref="Lag"/>; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <inheritdoc cref="OpenAsync(SnapshotStore, OnlineModel, ModelReplicaOptions?, TimeProvider?, CancellationToken)" path="/exception"
    /// />
    /// <exception cref="ArgumentException">
    /// <see cref="ModelReplicaOptions.Startup"/> is <see cref="ReplicaStartup.OpenWithInitialModel"/>, which needs a model.
    /// </exception>
    public static Task<ModelReplica> OpenAsync(
        SnapshotStore store, Func<ulong, OnlineModel?> createModel, ModelReplicaOptions? options = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(createModel);
        options = Validated(options);
        if (options.Startup == ReplicaStartup.OpenWithInitialModel)
        {
            throw new ArgumentException(
                $"{nameof(ModelReplicaOptions.Startup)} is {options.Startup}, but a factory knows no model before the first commit names "
                + "its schema. Open the replica with a model, or wait for the first commit.", nameof(options));
        }
        return OpenAsync(new ModelReplica(store, options, timeProvider, createModel), null, cancellationToken);
    }

    /// <summary>Stops following and frees the tables once no request and no call uses them.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        await _applying.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        Volatile.Write(ref _isClosed, true);
        ReplicaMeter.Remove(this);
        Interlocked.Exchange(ref _state, null)?.Release();
        LetGoOfInitialModel();
        _ready.TrySetException(new ObjectDisposedException(nameof(ModelReplica)));
        _ = _ready.Task.Exception;
        _applying.Release();
        _stopping.Dispose();
    }

    private static async Task<ModelReplica> OpenAsync(ModelReplica replica, ServingModel? model, CancellationToken cancellationToken)
    {
        // Loading is work for a processor: a caller that asks is not kept from answering others.
        await Task.Run(() => replica.StartAsync(model, cancellationToken), cancellationToken).ConfigureAwait(false);
        ReplicaMeter.Add(replica);
        if (replica._options.PollEvery != Timeout.InfiniteTimeSpan) replica._polling = Task.Run(replica.PollAsync, CancellationToken.None);
        return replica;
    }

    private static ModelReplicaOptions Validated(ModelReplicaOptions? options)
    {
        options = options?.Copy() ?? new ModelReplicaOptions();
        OptionErrors.ThrowIfInvalid(options);
        return options;
    }
}
