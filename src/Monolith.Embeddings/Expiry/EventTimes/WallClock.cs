namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>The clock of the host, in the unit of an <see cref="EventClock"/>. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="unitsPerSecond">The unit: 1 for seconds, 1000 for milliseconds.</param>
/// <param name="isBound">Whether no event is later.</param>
internal sealed class WallClock(TimeProvider time, long unitsPerSecond, bool isBound)
{
    /// <summary>
    /// 1980-01-01, in seconds: no event that is learned from is older, and seconds that were taken for milliseconds lie in 1970.
    /// </summary>
    public const long FirstPlausibleSecond = 315_532_800;

    /// <summary>The first time that is plausible.</summary>
    public long FirstPlausible { get; } = FirstPlausibleSecond * unitsPerSecond;

    /// <summary>The time that no event is later than, except by a skew, since the Unix epoch.</summary>
    public long Latest => isBound ? Now : long.MaxValue;

    private long Now => unitsPerSecond == 1 ? time.GetUtcNow().ToUnixTimeSeconds() : time.GetUtcNow().ToUnixTimeMilliseconds();
}
