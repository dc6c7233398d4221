using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _made;

    // The model of a replica that holds no commit yet, leased until it does.
    private ServingModel? _initial;

    /// <summary>
    /// Whether the replica holds a commit. Once true, it stays true. False only where <see cref="ModelReplicaOptions.Startup"/> says that
    /// the replica is opened before there is one.
    /// </summary>
    public override bool IsReady => Version != ReplicaVersion.None;

    /// <summary>Waits until the replica holds a commit; completes at once where it does.</summary>
    /// <param name="cancellationToken">Ends the wait, and nothing else.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The replica was disposed before it was ready.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>How the replica is, for the health checks of a host. Looks at nothing but what the replica knows.</summary>
    /// <param name="maxAge">
    /// How old the commit may be before the replica counts as behind; null for any age. A commit that is old because nothing was learned
    /// since counts as <see cref="ReplicaStatus.StreamQuiet"/>, where the trainer gives signs of life.
    /// </param>
    public ReplicaHealth GetHealth(TimeSpan? maxAge = null)
    {
        var (version, lag, failure, pinnedTo) = (Version, Lag, LastFailure, PinnedTo);
        return new()
        {
            Status = StatusOf(version, lag, failure, maxAge),
            Version = version,
            Lag = lag,
            LastFailure = failure,
            PinnedTo = pinnedTo,
            MovedTo = MovedTo,
            Heartbeat = _trainer.Heartbeat,
            TrainerSilence = TrainerSilence,
        };
    }

    // Whether there was a commit to begin with.
    private async Task<bool> StartAsync(ServingModel? model, CancellationToken cancellationToken)
    {
        while (_options.Startup != ReplicaStartup.RequireCommit && !await HasCommitAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_options.Startup != ReplicaStartup.WaitForCommit)
            {
                OpenEmpty(model);
                return false;
            }
            await Task.Delay(_options.WaitEvery, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        await LoadFirstAsync(model, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> HasCommitAsync(CancellationToken cancellationToken) =>
        (await new SnapshotPublisher(_store).ReadAsync(cancellationToken).ConfigureAwait(false))?.ServedChain.Any() == true;

    private void OpenEmpty(ServingModel? model)
    {
        // Held by the opening, so that it cannot be freed meanwhile.
        if (model is not null && model.TryAcquire()) _initial = model;
        if (_options.Startup != ReplicaStartup.OpenWithInitialModel) return;
        model!.TryAcquire();
        _state = _loader.CreateEmpty(model);
    }

    // Called by the thread that applies, or disposes.
    private void LetGoOfInitialModel()
    {
        _initial?.Release();
        _initial = null;
    }

    private ReplicaNotReadyException NotReady() => new(
        $"The replica holds no commit yet. Ask {nameof(IsReady)}, or await {nameof(WaitUntilReadyAsync)}; "
        + (LastFailure is { } failure ? $"it could not follow its store: {failure.Message}" : "nothing was committed to its store."),
        LastFailure);
}
