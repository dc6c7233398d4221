namespace Monolith.Embeddings.AdoNet.Dialects;

/// <summary>Durations in whole units, rounded up: a lag is never shorter than was asked for.</summary>
internal static class UnixTime
{
    public static long Seconds(TimeSpan lag) => Units(lag, TimeSpan.TicksPerSecond);

    public static long Milliseconds(TimeSpan lag) => Units(lag, TimeSpan.TicksPerMillisecond);

    public static long Microseconds(TimeSpan lag) => Units(lag, TimeSpan.TicksPerMicrosecond);

    private static long Units(TimeSpan lag, long ticks) => (lag.Ticks / ticks) + (lag.Ticks % ticks > 0 ? 1 : 0);
}
