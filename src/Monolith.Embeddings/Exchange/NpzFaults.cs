namespace Monolith.Embeddings.Exchange;

/// <summary>Tells what is wrong with a NumPy file in one way, whoever found it.</summary>
internal static class NpzFaults
{
    /// <summary>Whether something was thrown because of the bytes, and not because of the medium.</summary>
    public static bool IsOfData(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or ArgumentException or NotSupportedException or ArithmeticException or IndexOutOfRangeException;

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

    public static InvalidDataException Wrong(string array, string what, Exception? cause = null) =>
        new(array.Length == 0 ? $"The NumPy file cannot be read: {what}" : $"Array '{array}' of the NumPy file: {what}", cause);
}
