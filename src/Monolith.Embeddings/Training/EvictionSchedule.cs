namespace Monolith.Embeddings.Training;

/// <summary>Says when event time has come far enough to evict again. Not thread-safe.</summary>
internal sealed class EvictionSchedule(TimeSpan every)
{
    private readonly long _every = (long)every.TotalMilliseconds;

    /// <summary>The event time at which it is due again; the least number before the first event.</summary>
    public long Due { get; set; } = long.MinValue;

    /// <param name="eventTime">The newest event time, in milliseconds since the Unix epoch.</param>
    public bool IsDue(long eventTime)
    {
        if (_every < 0) return false;
        // The newest event time was taken back: what was due by the wrong one is due by the right one.
        if (Due > eventTime + _every) Due = eventTime + _every;
        if (eventTime < Due) return false;
        var isFirst = Due == long.MinValue;
        Due = eventTime + _every;
        return !isFirst;
    }
}
