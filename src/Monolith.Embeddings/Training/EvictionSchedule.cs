namespace Monolith.Embeddings.Training;

/// <summary>Says when event time has come far enough to evict again. Not thread-safe.</summary>
internal sealed class EvictionSchedule(TimeSpan every)
{
    private readonly long _every = (long)every.TotalMilliseconds;

    /// <summary>The event time at which it is due again; the least number before the first event.</summary>
    public long Due { get; set; } = long.MinValue;

    /// <summary>Whether it is due. The first event begins the schedule.</summary>
    /// <param name="eventTime">The newest event time, in milliseconds since the Unix epoch.</param>
    public bool IsDue(long eventTime)
    {
        if (_every < 0) return false;
        // The newest event time was taken back: what was due by the wrong one is due by the right one.
        if (Due == long.MinValue || Due > eventTime + _every) Done(eventTime);
        return IsLeft(eventTime);
    }

    /// <summary>Whether one is due that was not done, because the run ended before.</summary>
    /// <param name="eventTime">The newest event time, in milliseconds since the Unix epoch.</param>
    public bool IsLeft(long eventTime) => _every >= 0 && Due != long.MinValue && eventTime >= Due;

    /// <summary>Says that it is done, and waits for the next.</summary>
    /// <param name="eventTime">The newest event time, in milliseconds since the Unix epoch.</param>
    public void Done(long eventTime) => Due = eventTime + _every;
}
