using System.Globalization;
using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Validation;

/// <summary>
/// Makes exceptions about values outside their bounds. The runtime writes such a value into the message by the culture of the thread that
/// reads it, so the exception gets the value's invariant text instead.
/// </summary>
internal static class OutOfRange
{
    public static ArgumentOutOfRangeException Of<T>(string name, T value, string problem)
        where T : IFormattable => new(name, value.ToString(null, CultureInfo.InvariantCulture), problem);

    public static void ThrowIfNegative(long value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < 0) throw Of(name, value, $"{value} is less than 0.");
    }

    public static void ThrowIfLess(int value, int minimum, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < minimum) throw Of(name, value, $"{value} is less than {minimum}.");
    }
}
