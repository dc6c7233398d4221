using System.Runtime.CompilerServices;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// Event times between the public surface, where one is a <see cref="DateTimeOffset"/>, and rows, which keep whole seconds since the Unix
/// epoch in 32 bits. 0, <see cref="DateTimeOffset.UnixEpoch"/>, says that none is known.
/// </summary>
internal static class EventSeconds
{
    private const long MillisecondsPerSecond = 1000;

    /// <summary>The last whole second, 2106-02-07 06:28:15.</summary>
    public static readonly DateTimeOffset Last = DateTimeOffset.FromUnixTimeSeconds(uint.MaxValue);

    /// <summary>Rounds a time down to whole seconds.</summary>
    /// <param name="eventTime">The time.</param>
    /// <param name="name">The parameter that it came by.</param>
    /// <exception cref="ArgumentOutOfRangeException">No row can hold it.</exception>
    public static uint Of(DateTimeOffset eventTime, [CallerArgumentExpression(nameof(eventTime))] string name = "")
    {
        var ticks = eventTime.UtcTicks - DateTime.UnixEpoch.Ticks;
        return (ulong)ticks < ((ulong)uint.MaxValue + 1) * TimeSpan.TicksPerSecond
            ? (uint)(ticks / TimeSpan.TicksPerSecond)
            : throw OutOfRange.Of(name, eventTime, Problem(eventTime));
    }

    /// <summary>Refuses a time that no row can hold.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is one.</exception>
    public static void Require(DateTimeOffset eventTime, [CallerArgumentExpression(nameof(eventTime))] string name = "") =>
        Of(eventTime, name);

    /// <summary>Rounds a bound down to whole seconds; a bound that no row can hold is the nearest that one can.</summary>
    /// <returns>Null where there is no bound, or one before all times.</returns>
    public static uint? OfBound(DateTimeOffset? bound) => bound switch
    {
        null => null,
        { } time when time < DateTimeOffset.UnixEpoch => null,
        { } time when time > Last => uint.MaxValue,
        { } time => Of(time),
    };

    /// <summary>The time that a row keeps as these seconds.</summary>
    public static DateTimeOffset ToTime(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    /// <summary>The same in milliseconds since the Unix epoch.</summary>
    public static long Milliseconds(uint seconds) => seconds * MillisecondsPerSecond;

    /// <summary>Seconds of milliseconds that <see cref="Milliseconds"/> made.</summary>
    public static uint OfMilliseconds(long milliseconds) => checked((uint)(milliseconds / MillisecondsPerSecond));

    private static string Problem(DateTimeOffset eventTime) =>
        $"{eventTime:O} is no event time: these go from {DateTimeOffset.UnixEpoch:O}, which says that none is known, to {Last:O}. "
        + "Where it was made of a number, see whether that counts seconds or milliseconds.";
}
