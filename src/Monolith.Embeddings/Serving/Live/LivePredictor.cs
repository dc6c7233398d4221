using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving.Live;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Predicts beside a trainer in the same process: rows are read from the tables that it learns in, and the dense weights are a copy that is
/// taken between two batches, now and then. Takes the same requests as a <see cref="ModelReplica"/>.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe: any member from any thread. Training goes on meanwhile: look-ups only read, no id is admitted by them, and the model that
/// learns is never predicted with. A row is never read half-written; rows are as new as the trainer's, dense weights as old as <see
/// cref="Lag"/> says. Weights that are not finite, and those of a batch that failed in the middle, are not copied.
/// </para>
/// <para>Dispose it before the tables and the model of the trainer. Once the trainer is disposed, nothing is copied any more.</para>
/// </remarks>
/// <example>
/// <code>
/// // In the trainer's process, while it learns.
/// await using var predictor = await LivePredictor.OpenAsync(trainer, createModel, cancellationToken: stopping);
/// Console.WriteLine($"dense weights of step {predictor.DenseStep}, {predictor.Lag.Steps} batches behind");
/// </code>
/// </example>
[DebuggerDisplay("dense weights of step {DenseStep}")]
public sealed class LivePredictor : Predictor
{
    private readonly OnlineTrainer _trainer;
    private readonly ServingModel _model;
    private readonly LivePredictorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private Task _following = Task.CompletedTask;
    private LiveState? _state;
    private LiveCopy _copy = LiveCopy.None;
    private Exception? _lastFailure;
    private int _isDisposed;

    private LivePredictor(
        OnlineTrainer trainer, ServingModel model, EmbeddingTableSet tables, LivePredictorOptions options, TimeProvider? timeProvider)
    {
        (_trainer, _model, _options, _timeProvider) = (trainer, model, options, timeProvider ?? TimeProvider.System);
        _log = options.Logger ?? NullLogger.Instance;
        _state = new LiveState(model, tables);
    }

    /// <summary>Always true: it is opened with a copy of the dense weights.</summary>
    public override bool IsReady => true;

    /// <summary>How many batches the trainer had learned from when the dense weights were copied.</summary>
    public long DenseStep => Volatile.Read(ref _copy).Step;

    internal override string Name => _options.Name;

    internal override ServedLog? ServedLog => _options.ServedLog;

    internal override long ModelVersion => DenseStep;

    internal override TimeProvider Clock => _timeProvider;

    /// <summary>How far the dense weights are behind the trainer's.</summary>
    public LivePredictorLag Lag
    {
        get
        {
            var copy = Volatile.Read(ref _copy);
            var (age, steps) = (_timeProvider.GetUtcNow() - copy.Taken, _trainer.Steps - copy.Step);
            return new() { Age = age > TimeSpan.Zero ? age : TimeSpan.Zero, Steps = Math.Max(0, steps) };
        }
    }

    /// <summary>Why the dense weights could not be copied the last time; null where they could.</summary>
    public Exception? LastFailure => Volatile.Read(ref _lastFailure);

    /// <summary>Opens a predictor, with a copy of the dense weights as they are between two batches.</summary>
    /// <param name="trainer">The trainer, running or not. Its tables must be in this process: an <see cref="EmbeddingTableSet"/>.</param>
    /// <param name="createModel">
    /// Makes a model like the trainer's, of its schema or one of equal content. Called twice: one copy predicts, the other takes new
    /// weights. The predictor owns both.
    /// </param>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of copies and of <see cref="Lag"/>; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the wait for the end of a batch.</param>
    /// <exception cref="ArgumentException">
    /// The factory makes the trainer's own model, or one that does not take its weights, or the tables are elsewhere.
    /// </exception>
    /// <exception cref="InvalidOperationException">A batch of the trainer failed in the middle, or its weights are not finite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<LivePredictor> OpenAsync(
        OnlineTrainer trainer, Func<OnlineModel> createModel, LivePredictorOptions? options = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(createModel);
        options = options?.Copy() ?? new LivePredictorOptions();
        OptionErrors.ThrowIfInvalid(options);
        if (trainer.Tables is not EmbeddingTableSet tables)
        {
            throw new ArgumentException(
                $"The trainer's tables are a {trainer.Tables.GetType().Name}; only an {nameof(EmbeddingTableSet)} is read live. "
                + $"Serve others by a {nameof(ModelReplica)}.", nameof(trainer));
        }
        var predictor = new LivePredictor(trainer, LiveModels.Like(trainer.Model, createModel), tables, options, timeProvider);
        try
        {
            await predictor.BeginAsync(cancellationToken).ConfigureAwait(false);
            return predictor;
        }
        catch
        {
            await predictor.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Copies the dense weights, if the trainer has learned since they were copied. Waits for the end of the batch that is being learned.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there were others to copy; false too where the trainer is disposed.</returns>
    /// <exception cref="InvalidOperationException">
    /// A batch of the trainer failed in the middle, or its dense weights are not finite; the predictor goes on with those that it has.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken = default)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _state) is null, this);
            var isNew = await Task.Run(() => CopyAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _lastFailure, null);
            return isNew;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or ObjectDisposedException))
        {
            Volatile.Write(ref _lastFailure, failure);
            throw;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _refreshing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        Interlocked.Exchange(ref _state, null)?.Release();
        _refreshing.Release();
        _stopping.Dispose();
    }

    internal override IdCatalogue? Catalogue => _trainer.Catalogue;

    private protected override ulong? AsOf(string table) => null;

    internal override ServingState Acquire()
    {
        while (Volatile.Read(ref _state) is { } state)
        {
            if (state.TryAcquire()) return state;
        }
        throw new ObjectDisposedException(nameof(LivePredictor));
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException cause)
        {
            throw new ArgumentException($"The factory makes models that do not take the trainer's dense weights: {cause.Message}", cause);
        }
        if (_options.RefreshEvery != Timeout.InfiniteTimeSpan) _following = Task.Run(FollowAsync, CancellationToken.None);
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.RefreshEvery, _timeProvider, _stopping.Token).ConfigureAwait(false);
                await TryRefreshAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task TryRefreshAsync()
    {
        try
        {
            await RefreshAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            // Remembered; it predicts with what it has.
            _log.CouldNotCopy(failure, DenseStep);
        }
    }

    // Only the saving holds the trainer up.
    private async Task<bool> CopyAsync(CancellationToken cancellationToken)
    {
        if (await _trainer.SaveModelAsync(_copy.Version, cancellationToken).ConfigureAwait(false) is not { } saved) return false;
        var copy = new LiveCopy(saved.Version, saved.Step, _timeProvider.GetUtcNow());
        if (saved.Sections is not null)
        {
            _model.Load(saved.Sections);
            _model.Publish();
        }
        Volatile.Write(ref _copy, copy);
        return saved.Sections is not null;
    }
}
