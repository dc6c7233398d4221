namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>When the event times of a table set are believed. Immutable; thread-safe.</summary>
/// <param name="skew">How far a time may lead.</param>
/// <param name="confirmations">How many calls confirm one that leads by more.</param>
/// <param name="refusesFuture">Whether times later than the clock and the skew are never believed.</param>
/// <param name="time">The clock.</param>
internal sealed class EventTimeRules(TimeSpan skew, int confirmations, bool refusesFuture, TimeProvider time)
{
    // One device sends many examples in a row, but hardly many batches.
    private const int ExamplesPerCall = 16;

    /// <summary>A clock of calls, in seconds.</summary>
    public EventClock ForCalls(Action<EventTimeFault, long> told) => new((long)skew.TotalSeconds, confirmations, Wall(1), told);

    /// <summary>A clock of examples, in milliseconds.</summary>
    public EventClock ForExamples(Action<EventTimeFault, long> told) =>
        new((long)skew.TotalMilliseconds, ((confirmations - 1) * ExamplesPerCall) + 1, Wall(1000), told);

    /// <summary>The time of the clock.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The latest time that is not of the future, in seconds since the Unix epoch: that of the clock and the skew.</summary>
    public uint LatestSecond =>
        refusesFuture ? (uint)Math.Clamp(Now.ToUnixTimeSeconds() + (long)skew.TotalSeconds, 0, uint.MaxValue) : uint.MaxValue;

    /// <summary>Whether a time is later than the clock and the skew, and such times are refused.</summary>
    /// <param name="seconds">Seconds since the Unix epoch.</param>
    public bool IsFuture(uint seconds) => seconds > LatestSecond;

    private WallClock Wall(long unitsPerSecond) => new(time, unitsPerSecond, refusesFuture);
}
