using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

internal sealed partial class TopicReader
{
    private readonly List<TopicPartitionOffset> _changing = [];

    private void Consume()
    {
        BalancePauses();
        var read = 0;
        for (var wait = Moment; read < MostAtOnce; wait = TimeSpan.Zero)
        {
            if (TryConsume(wait) is not { } message) break;
            if (!_feeds.TryGetValue(message.Partition.Value, out var feed)) continue;
            if (message.IsPartitionEOF)
            {
                feed.ComeTo(message.Offset.Value);
                continue;
            }
            feed.Add(message);
            read++;
        }
        if (read > 0) Condition.Read(read);
    }

    // Null where nothing is there.
    private ConsumeResult<byte[], byte[]>? TryConsume(TimeSpan wait)
    {
        try
        {
            return _consumer.Consume(wait);
        }
        catch (ConsumeException failure)
        {
            Note(failure.Error);
            Judge(failure);
            return null;
        }
    }

    private void Judge(ConsumeException failure)
    {
        var partition = failure.ConsumerRecord?.Partition.Value ?? -1;
        if (failure.Error.IsFatal)
        {
            CloseAll(Condition.Fail(
                new KafkaSourceException($"The client of '{_options.Topic}' gave up: {failure.Error.Reason}.", failure)));
        }
        else if (failure.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition)
        {
            CloseAll(Condition.Fail(Missing(failure)));
        }
        else if (failure.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            foreach (var feed in _feeds.Values.ToArray())
            {
                if (partition < 0 || feed.Partition == partition) CheckOffset(feed);
            }
        }
    }

    // The broker has no message at the feed's offset: it has deleted some, or never had it.
    private void CheckOffset(PartitionFeed feed)
    {
        var bounds = _consumer.QueryWatermarkOffsets(new TopicPartition(_options.Topic, feed.Partition), Attempt);
        try
        {
            var next = Deleted.Beginning(feed.Name, feed.Next, bounds, _options, Condition);
            feed.SkipTo(next);
            if (feed.IsPaused) return;
            _consumer.IncrementalUnassign([new TopicPartition(_options.Topic, feed.Partition)]);
            _consumer.IncrementalAssign([At(feed.Partition, next)]);
        }
        catch (KafkaSourceException failure)
        {
            feed.Close(failure);
        }
    }

    // Where one partition is waited for and the buffer is full, the others are paused: taken out of the assignment, and put back at the
    // offset that comes next. After the client's own pause and resume a partition that had handed nothing over yet never did.
    private void BalancePauses()
    {
        if (Buffer.IsFull) Change(isPause: true, static (feed, _) => !feed.IsPaused && !feed.IsWanted);
        Change(isPause: false, static (feed, isLow) => feed.IsPaused && !feed.IsClosed && (isLow || feed.IsWanted));
    }

    private void Change(bool isPause, Func<PartitionFeed, bool, bool> isMeant)
    {
        _changing.Clear();
        var (isLow, paused) = (Buffer.IsLow, 0);
        foreach (var feed in _feeds.Values)
        {
            if (isMeant(feed, isLow))
            {
                feed.IsPaused = isPause;
                _changing.Add(At(feed.Partition, feed.Next));
            }
            if (feed.IsPaused) paused++;
        }
        if (_changing.Count == 0) return;
        if (isPause) _consumer.IncrementalUnassign(_changing.Select(place => place.TopicPartition));
        else _consumer.IncrementalAssign(_changing);
        Condition.Pause(paused);
    }

    // Called by the client while it is used.
    private void Note(Error error)
    {
        // A broker that fails may be one of many; the next attempt finds out whether one is left.
        if (error.Code == ErrorCode.Local_AllBrokersDown) Condition.Lose(error.Reason);
        else if (error.Code is ErrorCode.Local_Transport or ErrorCode.Local_Resolve or ErrorCode.Local_Authentication) _isDoubtful = true;
    }
}
