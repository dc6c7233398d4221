using Monolith.Embeddings.Kafka.Diagnostics;

namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>What is wrong with a source at the moment, and what it has done. Thread-safe.</summary>
internal sealed class SourceCondition
{
    private static readonly KafkaSourceStatus[] Faults =
    [
        KafkaSourceStatus.GroupTaken, KafkaSourceStatus.BrokerUnreachable, KafkaSourceStatus.TopicMissing,
        KafkaSourceStatus.PartitionsMissing, KafkaSourceStatus.OffsetsDeleted, KafkaSourceStatus.PositionBeyondEnd,
        KafkaSourceStatus.Failed,
    ];

    private readonly KafkaTopicOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private KafkaSourceException? _failure;
    private string? _unreachable, _taken, _waitingFor;
    private long _unreachableSince, _waitingSince;
    private long _messages, _deleted, _failedCommits;
    private int _readings, _paused;

    /// <param name="options">The source's.</param>
    /// <param name="time">The clock.</param>
    public SourceCondition(KafkaTopicOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        // Counters of failures are there before the first one, so that an alarm on their growth does not miss it.
        foreach (var fault in Faults) Count(fault, 0);
        KafkaMeter.Deleted.Add(0, Tag);
        KafkaMeter.FailedCommits.Add(0, Tag);
    }

    public bool IsUnreachable => Volatile.Read(ref _unreachable) is not null;

    public void Begin()
    {
        lock (_lock)
        {
            (_readings, _failure) = (_readings + 1, null);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            (_readings, _waitingFor) = (_readings - 1, null);
        }
    }

    public void Read(int messages)
    {
        Interlocked.Add(ref _messages, messages);
        KafkaMeter.Messages.Add(messages, Tag);
    }

    public void Pause(int partitions) => Volatile.Write(ref _paused, partitions);

    /// <summary>Notes what ends the reading.</summary>
    public KafkaSourceException Fail(KafkaSourceException failure)
    {
        lock (_lock)
        {
            _failure = failure;
        }
        Count(failure.Status);
        _options.Logger?.CannotGoOn(_options.Topic, failure.Message);
        return failure;
    }

    /// <summary>Notes that no broker answers.</summary>
    public void Lose(string reason)
    {
        lock (_lock)
        {
            if (_unreachable is not null) return;
            (_unreachable, _unreachableSince) = (reason, _time.GetTimestamp());
        }
        Count(KafkaSourceStatus.BrokerUnreachable);
        _options.Logger?.LostBrokers(_options.Topic, _options.Client.BootstrapServers, reason);
    }

    /// <summary>Notes that a broker answers.</summary>
    public void Reach()
    {
        TimeSpan away;
        lock (_lock)
        {
            if (_unreachable is null) return;
            (_unreachable, away) = (null, _time.GetElapsedTime(_unreachableSince));
        }
        _options.Logger?.ReachedBrokers(_options.Topic, away);
    }

    public void Delete(string partition, long from, long to)
    {
        Interlocked.Add(ref _deleted, to - from);
        Count(KafkaSourceStatus.OffsetsDeleted);
        KafkaMeter.Deleted.Add(to - from, Tag);
        _options.Logger?.SkippedDeleted(partition, from, to);
    }

    /// <summary>Notes how a commit of offsets to the broker went.</summary>
    /// <param name="failure">What failed; null for nothing.</param>
    /// <param name="stranger">What shows that somebody else has the group; null for nothing.</param>
    public void Commit(string? failure, string? stranger)
    {
        if (failure is not null)
        {
            Interlocked.Increment(ref _failedCommits);
            KafkaMeter.FailedCommits.Add(1, Tag);
        }
        lock (_lock)
        {
            var wasTaken = _taken is not null;
            if (stranger is not null || failure is null) _taken = stranger;
            if (stranger is null || wasTaken) return;
        }
        Count(KafkaSourceStatus.GroupTaken);
        _options.Logger?.LostGroup(_options.Group ?? "", _options.Topic, stranger);
    }

    /// <summary>Says that others wait for a partition that brings nothing; null for none.</summary>
    public void WaitFor(string? partition)
    {
        lock (_lock)
        {
            (_waitingFor, _waitingSince) = (partition, partition is null ? 0 : _time.GetTimestamp());
        }
    }

    public KafkaSourceHealth Health(long buffered)
    {
        lock (_lock)
        {
            var (status, text) = Judge();
            return new KafkaSourceHealth
            {
                Status = status,
                Description = text,
                Messages = Interlocked.Read(ref _messages),
                DeletedMessages = Interlocked.Read(ref _deleted),
                FailedOffsetCommits = Interlocked.Read(ref _failedCommits),
                BufferedBytes = buffered,
                PausedPartitions = Volatile.Read(ref _paused),
            };
        }
    }

    private (KafkaSourceStatus Status, string Text) Judge()
    {
        if (_failure is { } failure) return (failure.Status, failure.Message);
        if (_unreachable is { } reason)
        {
            return (KafkaSourceStatus.BrokerUnreachable,
                $"No broker of '{_options.Client.BootstrapServers}' answers since {_time.GetElapsedTime(_unreachableSince)}: {reason}. The "
                + "source goes on by itself when one does.");
        }
        if (_taken is { } taken) return (KafkaSourceStatus.GroupTaken, $"Somebody else uses the group '{_options.Group}': {taken}");
        if (_readings == 0) return (KafkaSourceStatus.Idle, $"No reading of '{_options.Topic}' is under way.");
        if (_waitingFor is { } partition && _time.GetElapsedTime(_waitingSince) is var silence && silence >= _options.SilentAfter)
        {
            return (KafkaSourceStatus.PartitionSilent,
                $"'{partition}' has brought nothing for {silence}, and others wait for it. Let its writer send punctuations, or merge by "
                + "arrival.");
        }
        return (KafkaSourceStatus.Reading, $"Reads '{_options.Topic}'.");
    }

    private KeyValuePair<string, object?> Tag => new("topic", _options.Topic);

    private void Count(KafkaSourceStatus status, long faults = 1) =>
        KafkaMeter.Faults.Add(faults, Tag, new KeyValuePair<string, object?>("kind", StatusNames.Of(status)));
}
