using Confluent.Kafka;

namespace Monolith.Embeddings.Kafka.Reading;

/// <summary>Messages of one partition on their way from the thread that consumes to the one that reads.</summary>
/// <param name="name">Topic and partition, as positions name it.</param>
/// <param name="partition">The partition.</param>
/// <param name="next">The offset at which it begins.</param>
/// <param name="end">The offset at which it ends.</param>
/// <param name="buffer">What all feeds hold together.</param>
/// <param name="signal">Wakes the reader.</param>
internal sealed class PartitionFeed(string name, int partition, long next, long end, FeedBuffer buffer, FeedSignal signal)
{
    private const int MessageBytes = 256;

    private readonly Lock _lock = new();
    private List<ConsumeResult<byte[], byte[]>> _arrived = [], _taken = [];
    private Exception? _failure;
    private long _arrivedBytes;
    private int _at;
    private bool _isEnded = next >= end, _isWanted;

    public string Name => name;

    public int Partition => partition;

    /// <summary>The offset of the next message to come. Of the thread that consumes.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Whether it is paused. Of the thread that consumes.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether it is empty and its reader waits.</summary>
    public bool IsWanted => Volatile.Read(ref _isWanted);

    /// <summary>Whether all messages have come, or none will any more. What arrived is still to be taken.</summary>
    public bool IsClosed => Volatile.Read(ref _isEnded);

    public long ArrivedBytes => Interlocked.Read(ref _arrivedBytes);

    /// <summary>Adds a message; one that came already is left out, as after a change of assignments.</summary>
    public void Add(ConsumeResult<byte[], byte[]> message)
    {
        var offset = message.Offset.Value;
        if (offset < Next || IsClosed) return;
        if (offset >= end)
        {
            Close(null);
            return;
        }
        Next = offset + 1;
        var bytes = MessageBytes + (message.Message.Value?.Length ?? 0) + (message.Message.Key?.Length ?? 0);
        bool wasWanted;
        lock (_lock)
        {
            _arrived.Add(message);
            _arrivedBytes += bytes;
            wasWanted = _isWanted;
            _isWanted = false;
        }
        buffer.Take(bytes);
        if (wasWanted) signal.Set();
        if (Next >= end) Close(null);
    }

    /// <summary>Says that nothing lies before an offset any more.</summary>
    public void ComeTo(long offset)
    {
        if (offset >= end) Close(null);
    }

    /// <summary>Goes on at another offset, further on.</summary>
    public void SkipTo(long offset) => Next = offset;

    /// <summary>Ends it behind what has arrived.</summary>
    /// <param name="failure">What its reader is told then; null for the end.</param>
    public void Close(Exception? failure)
    {
        lock (_lock)
        {
            if (_isEnded) return;
            (_failure, _isEnded, _isWanted) = (failure, true, false);
        }
        signal.Set();
    }

    /// <summary>Takes the next message; false where none is there. Of the reader.</summary>
    public bool TryTake(out ConsumeResult<byte[], byte[]> message)
    {
        if (_at == _taken.Count && !TryTakeArrived())
        {
            message = null!;
            return false;
        }
        message = _taken[_at++];
        return true;
    }

    /// <summary>Whether nothing is there and nothing will come. Of the reader, after a take that failed.</summary>
    /// <exception cref="KafkaSourceException">It ended by a failure.</exception>
    public bool IsEnded()
    {
        lock (_lock)
        {
            if (!_isEnded || _arrived.Count > 0 || _at < _taken.Count) return false;
            return _failure is null ? true : throw _failure;
        }
    }

    /// <summary>Says that the reader is about to wait; false where something is there, or nothing will come.</summary>
    public bool Want()
    {
        lock (_lock)
        {
            if (_arrived.Count > 0 || _isEnded) return false;
            _isWanted = true;
        }
        buffer.Ask();
        return true;
    }

    /// <summary>Drops what is in it.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            buffer.GiveBack(_arrivedBytes);
            _arrivedBytes = 0;
            _arrived.Clear();
        }
    }

    private bool TryTakeArrived()
    {
        long bytes;
        lock (_lock)
        {
            if (_arrived.Count == 0) return false;
            _taken.Clear();
            (_arrived, _taken, _at) = (_taken, _arrived, 0);
            (bytes, _arrivedBytes) = (_arrivedBytes, 0);
        }
        buffer.GiveBack(bytes);
        return true;
    }
}
