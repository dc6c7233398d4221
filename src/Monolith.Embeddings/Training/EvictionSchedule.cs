namespace Monolith.Embeddings.Training;

/// <summary>Says when event time has come far enough to evict again. Not thread-safe.</summary>
internal sealed class EvictionSchedule(TimeSpan every)
{
    private readonly long _every = (long)every.TotalMilliseconds;
    private long _due = long.MinValue;

    /// <param name="eventTime">The newest event time, in milliseconds since the Unix epoch.</param>
    public bool IsDue(long eventTime)
    {
        if (_every < 0 || eventTime < _due) return false;
        var isFirst = _due == long.MinValue;
        _due = eventTime + _every;
        return !isFirst;
    }
}
