using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Diagnostics;

namespace Monolith.Embeddings.Kafka.Reading;

internal sealed partial class TopicReader
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);

    /// <summary>How many partitions the topic has.</summary>
    /// <exception cref="KafkaSourceException">No broker answers, or there is no such topic.</exception>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = await TryAsync(ReadCount, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _count, count);
        return count;
    }

    /// <summary>The first offset of each of the partitions, and the one behind the last.</summary>
    /// <exception cref="KafkaSourceException">No broker answers.</exception>
    public Task<WatermarkOffsets[]> BoundsAsync(int first, int count, CancellationToken cancellationToken) => TryAsync(() =>
    {
        var bounds = new WatermarkOffsets[count];
        for (var i = 0; i < count; i++)
            bounds[i] = _consumer.QueryWatermarkOffsets(new TopicPartition(_options.Topic, first + i), Attempt);
        return bounds;
    }, cancellationToken);

    // Brokers may be starting: what passes is tried again for a while.
    private async Task<TResult> TryAsync<TResult>(Func<TResult> ask, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        while (true)
        {
            try
            {
                var result = await OnThreadAsync(ask, cancellationToken).ConfigureAwait(false);
                Condition.Reach();
                return result;
            }
            catch (KafkaException failure)
            {
                if (!IsPassing(failure.Error)) throw Condition.Fail(Unknown(failure));
                if (_time.GetElapsedTime(since) >= _options.ConnectTimeout) throw Condition.Fail(Unreachable(failure));
                Condition.Lose(failure.Error.Reason);
            }
            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private int ReadCount()
    {
        var topic = _admin.GetMetadata(_options.Topic, Attempt).Topics.Find(known => known.Topic == _options.Topic);
        if (topic is null || topic.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
            throw Condition.Fail(Missing(null));
        if (topic.Error.IsError) throw new KafkaException(topic.Error);
        return topic.Partitions.Count;
    }

    private void LookForPartitions()
    {
        if (_options.NewPartitionsEvery is not { } every || _feeds.Count == 0 || _time.GetElapsedTime(_lookedAt) < every) return;
        _lookedAt = _time.GetTimestamp();
        try
        {
            var count = ReadCount();
            if (count <= PartitionCount) return;
            Volatile.Write(ref _count, count);
            _options.Logger?.FoundPartitions(_options.Topic, count);
        }
        catch (KafkaException)
        {
            // The next look may succeed; who reads meanwhile finds out by itself whether brokers are away.
        }
    }

    private void TryBrokers()
    {
        var isDue = (_isDoubtful || Condition.IsUnreachable) && _feeds.Count > 0;
        if (!isDue || (_triedAt is { } tried && _time.GetElapsedTime(tried) < Attempt)) return;
        _triedAt = _time.GetTimestamp();
        try
        {
            _admin.GetMetadata(_options.Topic, Attempt);
            _isDoubtful = false;
            Condition.Reach();
        }
        catch (KafkaException failure)
        {
            Condition.Lose(failure.Error.Reason);
        }
    }

    private static bool IsPassing(Error error) => error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut
        or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve or ErrorCode.Local_WaitCoord or ErrorCode.LeaderNotAvailable
        or ErrorCode.NotLeaderForPartition or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.BrokerNotAvailable
        or ErrorCode.Local_UnknownPartition or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOutQueue;

    private KafkaSourceException Unreachable(KafkaException failure) => new(KafkaSourceStatus.BrokerUnreachable,
        $"No broker of '{_options.Client.BootstrapServers}' answered within {_options.ConnectTimeout}, so that '{_options.Topic}' cannot "
        + $"be read: {failure.Error.Reason}. Nothing is lost; start again when a broker is there.", failure);

    private KafkaSourceException Missing(Exception? failure) => new(KafkaSourceStatus.TopicMissing,
        $"There is no topic '{_options.Topic}' at '{_options.Client.BootstrapServers}'. Make it, or correct "
        + $"{nameof(KafkaTopicOptions)}.{nameof(KafkaTopicOptions.Topic)}; a source makes none.", failure);

    private KafkaSourceException Unknown(KafkaException failure) =>
        new($"The brokers of '{_options.Topic}' refuse it: {failure.Error.Reason}.", failure);
}
