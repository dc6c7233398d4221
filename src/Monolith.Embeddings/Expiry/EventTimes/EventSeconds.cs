namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>Event times as they are stored: whole seconds since the Unix epoch, rounded down; 0 where none is known.</summary>
internal static class EventSeconds
{
    /// <summary>The seconds of a time; the nearest that can be stored where it is before 1970 or after 2106.</summary>
    public static uint Of(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);

    /// <summary>The time of stored seconds.</summary>
    public static DateTimeOffset ToTime(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
