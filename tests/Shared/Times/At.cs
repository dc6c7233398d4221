namespace Monolith.Embeddings.Tests.Times;

/// <summary>Event times of tests, which count seconds.</summary>
internal static class At
{
    /// <summary>The time that is the given number of seconds after 1970.</summary>
    public static DateTimeOffset Seconds(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    /// <summary>How many seconds after 1970 a time is; fractions would be lost and so are refused.</summary>
    public static uint InSeconds(this DateTimeOffset time) => time.UtcTicks % TimeSpan.TicksPerSecond == 0
        ? checked((uint)time.ToUnixTimeSeconds())
        : throw new ArgumentException($"{time:O} has a fraction of a second.", nameof(time));
}
