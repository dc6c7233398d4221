namespace Monolith.Embeddings.Exchange;

/// <summary>The one wording of each fault of a NumPy file, whichever part found it.</summary>
internal static class NpzFaults
{
    /// <summary>Whether something was thrown because of the bytes, and not because of the medium.</summary>
    public static bool IsOfData(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or ArgumentException or NotSupportedException or ArithmeticException
            or IndexOutOfRangeException;

    /// <exception cref="InvalidDataException">What <paramref name="read"/> threw because of the bytes.</exception>
    public static T Guard<T>(string array, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (IsOfData(exception))
        {
            throw Wrong(array, exception.Message, exception);
        }
    }

    /// <summary>What is wrong with a time of the future.</summary>
    public static string LaterThanClock(string what, uint time, DateTimeOffset now) =>
        $"{what}, {time}, is {DateTimeOffset.FromUnixTimeSeconds(time):u}, but the clock says {now:u}. "
        + "Seconds since the Unix epoch are wanted; divide milliseconds first, by (t // 1000).astype('<u4'), or they wrap around.";

    /// <exception cref="InvalidDataException">What <paramref name="check"/> threw because of the bytes.</exception>
    public static void Guard(string array, Action check) => Guard(array, () =>
    {
        check();
        return true;
    });

    public static InvalidDataException Wrong(string array, string what, Exception? cause = null) =>
        new(array.Length == 0 ? $"The NumPy file cannot be read: {what}" : $"Array '{array}' of the NumPy file: {what}", cause);
}
