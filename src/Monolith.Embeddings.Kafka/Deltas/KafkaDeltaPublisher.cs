using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Kafka.Deltas.Diagnostics;
using Monolith.Embeddings.Kafka.Deltas.Publishing;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Kafka;

/// <summary>
/// Publishes the deltas of a snapshot store to a topic, so that replicas need not wait for their next look at the store: each as messages
/// of bounded size, by ranges of the ids' hash. It reads what the manifest names and nothing else, so that nothing is published which is
/// not durable. The store stays the truth: what cannot be sent is announced, and replicas read it there.
/// </summary>
/// <remarks>
/// It runs beside the trainer, which tells it of commits (<see cref="SnapshotChainOptions.Committed"/>), or in another process, which looks
/// at the store. Nothing that fails here reaches training: failures are counted, logged, shown by <see cref="GetHealth"/>, and tried again.
/// Thread-safe.
/// </remarks>
/// <example>
/// <code>
/// await using var publisher = new KafkaDeltaPublisher(
///     store, new() { Client = new() { BootstrapServers = "localhost:9092" }, Topic = "recommender-deltas" });
/// options.Snapshots.Committed = publisher;            // of the OnlineTrainerOptions, before the trainer is made
/// var publishing = publisher.RunAsync(stopping);
/// </code>
/// </example>
public sealed class KafkaDeltaPublisher : IProgress<SnapshotCommit>, IAsyncDisposable
{
    private readonly SnapshotStore _store;
    private readonly KafkaDeltaPublisherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ToldProblem _problem;
    private readonly DeltaProducer _producer;
    private readonly DeltaSending _sending;
    private readonly SemaphoreSlim _alone = new(1);
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SnapshotCommit? _last;
    private string? _token;
    private Guid _chain;
    private ulong _incarnation;
    private bool _isDisposed;

    /// <summary>Makes a publisher; it connects when it first has something to publish.</summary>
    /// <param name="store">The store that the trainer commits to.</param>
    /// <param name="options">How; copied.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// Some options cannot be used; all of them are listed.
    /// </exception>
    public KafkaDeltaPublisher(SnapshotStore store, KafkaDeltaPublisherOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        (_store, _options, _time) = (store, options.Copy(), timeProvider ?? TimeProvider.System);
        (_log, _problem) = (_options.Logger ?? NullLogger.Instance, new ToldProblem(_time));
        _producer = new DeltaProducer(_options);
        _sending = new DeltaSending(_store, _producer, _options);
    }

    /// <summary>
    /// Publishes what the store has, and whatever comes, until it is cancelled. Call it once. Failures are waited out.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var told = Volatile.Read(ref _told);
            try
            {
                await PublishAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(_options.RetryAfter, _time, cancellationToken).ConfigureAwait(false);
                continue;
            }
            await told.Task.WaitAsync(_options.PollEvery, _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Looks at the store once, and publishes what was not published. The first time the newest commit is announced, since what replicas
    /// have is not known; a commit whose messages were not all acknowledged is sent again the next time.
    /// </summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many commits were sent or announced.</returns>
    /// <exception cref="KafkaException">The brokers did not take it.</exception>
    /// <exception cref="SnapshotException">The store cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The publisher is disposed.</exception>
    public async Task<int> PublishAsync(CancellationToken cancellationToken = default)
    {
        await _alone.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var steps = await PublishAloneAsync(cancellationToken).ConfigureAwait(false);
            if (_problem.IsOver()) _log.PublishesAgain(_options.Topic, _last?.Number ?? 0);
            return steps;
        }
        catch (Exception failure) when (failure is not ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            Tell(failure);
            throw;
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>How the publisher is. Looks at nothing but what it knows.</summary>
    public KafkaDeltaHealth GetHealth()
    {
        var (problem, last) = (_problem.Text, Volatile.Read(ref _last));
        var status = problem is not null ? KafkaDeltaStatus.Failing
            : last is null ? KafkaDeltaStatus.NotStarted : KafkaDeltaStatus.Following;
        return new KafkaDeltaHealth { Status = status, Problem = problem, Commit = last?.Number ?? 0 };
    }

    /// <summary>Hears of a commit, and looks at the store at once. Returns before anything is published.</summary>
    /// <param name="value">The commit.</param>
    public void Report(SnapshotCommit value) =>
        Interlocked.Exchange(ref _told, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits for what is being published, and closes the connections. Cancel <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _alone.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        if (!_isDisposed) await Task.Run(_producer.Dispose, CancellationToken.None).ConfigureAwait(false);
        _isDisposed = true;
        _alone.Release();
    }

    private async Task<int> PublishAloneAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        if (stored is null || stored.Token == _token) return 0;
        var manifest = SnapshotManifest.Parse(stored.Bytes.Span);
        // Another trainer, or another store in the place of this one: replicas hear of it before they hear from it.
        var isOther = manifest.Chain != _chain || manifest.Incarnation != _incarnation;
        var steps = DeltaBacklog.After(manifest, manifest.Chain == _chain ? _last : null, _options.MaxBacklog);
        if (isOther && manifest.Newest is { } newest && steps.Count == 0) steps = [new BacklogStep(newest, true)];
        if (steps.Count > 0)
        {
            var partitions = await Task.Run(_producer.CountPartitions, cancellationToken).ConfigureAwait(false);
            foreach (var step in steps)
            {
                await PublishAsync(manifest, step, partitions, cancellationToken).ConfigureAwait(false);
                (_chain, _incarnation) = (manifest.Chain, manifest.Incarnation);
                Volatile.Write(ref _last, step.Commit);
            }
        }
        _token = stored.Token;
        return steps.Count;
    }

    private async Task PublishAsync(SnapshotManifest manifest, BacklogStep step, int partitions, CancellationToken cancellationToken)
    {
        var sent = step.IsAnnounced ? null
            : await _sending.TrySendAsync(manifest, step.Commit, partitions, cancellationToken).ConfigureAwait(false);
        if (sent is null) await _sending.AnnounceAsync(manifest, step.Commit, partitions, cancellationToken).ConfigureAwait(false);
        if (sent is var (messages, bytes)) _log.Published(step.Commit.Number, _options.Topic, messages, bytes);
        else _log.Announced(step.Commit.Number, _options.Topic);
    }

    private void Tell(Exception failure)
    {
        if (failure is KafkaException broker) _producer.Failed(broker.Error);
        KafkaDeltaMeter.Failures.Add(failure switch
        {
            KafkaException => PublishFailureKind.Broker,
            SnapshotException => PublishFailureKind.Store,
            _ => PublishFailureKind.Other,
        });
        var problem = failure is KafkaException { Error.Code: ErrorCode.MsgSizeTooLarge }
            ? $"The topic takes no messages of {_options.MaxMessageBytes} bytes. Lower MaxMessageBytes, or raise its max.message.bytes."
            : failure.Message;
        if (_problem.Is(problem)) _log.CouldNotPublish(failure, _last?.Number ?? 0, _options.Topic, problem);
    }
}
