namespace Monolith.Embeddings.Expiry;

/// <summary>Which clock the age of a row is read from.</summary>
public enum ExpiryClock
{
    /// <summary>The newest event time that the table has seen: a replay expires the same rows as the live stream did.</summary>
    EventTime,

    /// <summary>
    /// The time of the table set's <see cref="TimeProvider"/>: rows grow old also while the stream stands still, and go at the next
    /// eviction.
    /// </summary>
    WallClock,
}
