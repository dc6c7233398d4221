using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Diagnostics;
using Monolith.Embeddings.Kafka.Reading;

namespace Monolith.Embeddings.Kafka.Standby;

/// <summary>One run of a standby: a member of the group on a thread of its own.</summary>
/// <param name="options">How; valid.</param>
/// <param name="time">The clock.</param>
/// <param name="lead">What is done in each turn.</param>
internal sealed class Turns(KafkaStandbyOptions options, TimeProvider time, Func<CancellationToken, Task> lead)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50), Attempt = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _ending;
    private Task? _turn;
    private long _count;

    public bool IsLeading => Volatile.Read(ref _ending) is not null;

    public long Count => Interlocked.Read(ref _count);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Settings())
            .SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, partitions) => Begin(partitions))
            .SetPartitionsRevokedHandler((_, _) => End())
            .SetPartitionsLostHandler((_, _) => End()).Build();
        RequireOnePartition(consumer, cancellationToken);
        consumer.Subscribe(options.ControlTopic);
        try
        {
            while (!cancellationToken.IsCancellationRequested && _turn is not { IsCompleted: true }) Poll(consumer);
        }
        finally
        {
            End();
            consumer.Close();
        }
        _turn?.GetAwaiter().GetResult();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Poll(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            consumer.Consume(Moment);
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            // Members stay members while brokers are away; the group decides when one answers again.
        }
    }

    private void Begin(List<TopicPartition> partitions)
    {
        if (partitions.Count == 0) return;
        var ending = new CancellationTokenSource();
        Volatile.Write(ref _ending, ending);
        Interlocked.Increment(ref _count);
        options.Logger?.TookTurn(options.ControlTopic);
        _turn = Task.Run(() => lead(ending.Token), CancellationToken.None);
    }

    // The partition is given up when it returns.
    private void End()
    {
        if (_ending is not { } ending) return;
        var turn = _turn!;
        var wasUnderWay = !turn.IsCompleted;
        ending.Cancel();
        Volatile.Write(ref _ending, null);
        var isEnded = Task.WaitAny([turn], options.EndWithin) == 0;
        options.Logger?.GaveTurnUp(options.ControlTopic, isEnded);
        // How a turn ends that is over is no failure of the run: a trainer may have been fenced off meanwhile.
        if (wasUnderWay) _turn = null;
        if (isEnded) ending.Dispose();
    }

    private void RequireOnePartition(IConsumer<byte[], byte[]> consumer, CancellationToken cancellationToken)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var since = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Judge(admin.GetMetadata(options.ControlTopic, Attempt).Topics.Find(topic => topic.Topic == options.ControlTopic));
                return;
            }
            catch (KafkaException failure) when (time.GetElapsedTime(since) >= options.ConnectTimeout)
            {
                throw new KafkaSourceException(KafkaSourceStatus.BrokerUnreachable,
                    $"No broker of '{options.Client.BootstrapServers}' answered within {options.ConnectTimeout}, so that no turns can be "
                    + $"taken: {failure.Error.Reason}.", failure);
            }
            catch (KafkaException)
            {
                cancellationToken.WaitHandle.WaitOne(Moment);
            }
        }
    }

    private void Judge(TopicMetadata? topic)
    {
        if (topic is null || topic.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
        {
            throw new KafkaSourceException(KafkaSourceStatus.TopicMissing,
                $"There is no control topic '{options.ControlTopic}' at '{options.Client.BootstrapServers}'. Make it, with one partition.");
        }
        if (topic.Error.IsError) throw new KafkaException(topic.Error);
        if (topic.Partitions.Count == 1) return;
        throw new KafkaSourceException(KafkaSourceStatus.Failed,
            $"The control topic '{options.ControlTopic}' has {topic.Partitions.Count} partitions, so that as many trainers would have "
            + "their turn at once. Use one of one partition.");
    }

    private ConsumerConfig Settings() => new(ConsumerSettings.Copy(options.Client))
    {
        GroupId = options.Group,
        EnableAutoCommit = false,
        AutoOffsetReset = AutoOffsetReset.Latest,
        AllowAutoCreateTopics = false,
    };
}
