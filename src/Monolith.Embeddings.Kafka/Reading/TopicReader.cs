using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>
/// Consumes a topic on a thread of its own, by assignment, and hands each partition's messages to its feed. The client is used by that
/// thread alone, but for commits of offsets.
/// </summary>
internal sealed partial class TopicReader : IDisposable
{
    private const int MostAtOnce = 1000;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20), Pause = TimeSpan.FromMilliseconds(100);

    private readonly KafkaTopicOptions _options;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IAdminClient _admin;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly Dictionary<int, PartitionFeed> _feeds = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private long _lookedAt;
    private long? _triedAt;
    private int _count;
    private volatile bool _isStopping, _isDoubtful;

    /// <param name="options">How; valid, and not changed afterwards.</param>
    /// <param name="time">The clock.</param>
    /// <param name="condition">Is told what happens.</param>
    public TopicReader(KafkaTopicOptions options, TimeProvider time, SourceCondition condition)
    {
        (_options, _time, Condition) = (options, time, condition);
        Buffer = new FeedBuffer(options.MaxBufferedBytes, () => _wake.Set());
        _consumer = new ConsumerBuilder<byte[], byte[]>(ConsumerSettings.Of(options))
            .SetErrorHandler((_, error) => Note(error)).SetLogHandler((_, _) => { }).Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        _lookedAt = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = $"Kafka {options.Topic}" };
        _thread.Start();
    }

    public SourceCondition Condition { get; }

    public FeedBuffer Buffer { get; }

    /// <summary>How many partitions the topic has, as far as is known.</summary>
    public int PartitionCount => Volatile.Read(ref _count);

    /// <summary>What positions call a partition.</summary>
    public string NameOf(int partition) => $"{_options.Topic}/{partition}";

    /// <summary>Begins to read partitions.</summary>
    public Task OpenAsync(IReadOnlyList<PartitionFeed> feeds, CancellationToken cancellationToken) => OnThreadAsync(() =>
    {
        foreach (var feed in feeds) _feeds[feed.Partition] = feed;
        _consumer.IncrementalAssign(feeds.Select(feed => At(feed.Partition, feed.Next)));
        return true;
    }, cancellationToken);

    /// <summary>Ends the reading of partitions; feeds that are not read are left out.</summary>
    public Task CloseAsync(IReadOnlyList<PartitionFeed> feeds) => _isStopping ? Task.CompletedTask : OnThreadAsync(() =>
    {
        foreach (var feed in feeds)
        {
            if (!_feeds.TryGetValue(feed.Partition, out var known) || known != feed) continue;
            _feeds.Remove(feed.Partition);
            if (!feed.IsPaused) _consumer.IncrementalUnassign([new TopicPartition(_options.Topic, feed.Partition)]);
            feed.Drop();
        }
        return true;
    }, CancellationToken.None);

    public void Dispose()
    {
        if (_isStopping) return;
        _isStopping = true;
        _wake.Set();
        _thread.Join();
        EndCommits();
        _admin.Dispose();
        _consumer.Dispose();
        _wake.Dispose();
    }

    private Task<TResult> OnThreadAsync<TResult>(Func<TResult> action, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(_isStopping, this);
        _commands.Enqueue(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        _wake.Set();
        return done.Task.WaitAsync(cancellationToken);
    }

    private void Run()
    {
        while (!_isStopping)
        {
            while (_commands.TryDequeue(out var command)) command();
            try
            {
                BeginCommit();
                if (_feeds.Count == 0 || (Buffer.IsFull && !IsAnyWanted())) _wake.WaitOne(Pause);
                else Consume();
                LookForPartitions();
                TryBrokers();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Nothing is known of what it left: readers are told, and open their feeds again.
                CloseAll(failure as KafkaSourceException
                    ?? Condition.Fail(new KafkaSourceException($"Reading '{_options.Topic}' failed: {failure.Message}", failure)));
            }
        }
        while (_commands.TryDequeue(out var command)) command();
        CloseAll(new KafkaSourceException($"The reader of '{_options.Topic}' was disposed."));
    }

    private void CloseAll(KafkaSourceException failure)
    {
        foreach (var feed in _feeds.Values) feed.Close(failure);
    }

    private bool IsAnyWanted()
    {
        foreach (var feed in _feeds.Values)
        {
            if (feed.IsWanted) return true;
        }
        return false;
    }

    private TopicPartitionOffset At(int partition, long offset) => new(_options.Topic, partition, offset);
}
