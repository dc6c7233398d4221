using System.Globalization;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>Numbers of a file: invariant culture, within a range, nothing around them. Each returns what is wrong, or null.</summary>
internal static class NumberField
{
    private const int MaxShown = 40;
    private const NumberStyles NumberStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The last second of the year 9999, the latest time that <see cref="DateTimeOffset"/> holds.</summary>
    public const long LastSecond = 253_402_300_799;

    public static string? Read(ReadOnlySpan<char> text, string name, long minimum, long maximum, out long value)
    {
        var isRead = IsPlain(text) & long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        if (isRead && value >= minimum && value <= maximum) return null;
        return $"{name} '{Shorten(text)}' is not a whole number from {minimum} to {maximum}";
    }

    public static string? Read(ReadOnlySpan<char> text, string name, double minimum, double maximum, out double value)
    {
        var isRead = IsPlain(text) & double.TryParse(text, NumberStyle, CultureInfo.InvariantCulture, out value);
        if (isRead && value >= minimum && value <= maximum) return null;
        return $"{name} '{Shorten(text)}' is not a finite number from {minimum:R} to {maximum:R}";
    }

    public static string? ReadId(ReadOnlySpan<char> text, string name, out long value) => Read(text, name, 0, long.MaxValue, out value);

    public static string? ReadSeconds(ReadOnlySpan<char> text, string name, out long value) => Read(text, name, 0, LastSecond, out value);

    public static string? ReadRating(ReadOnlySpan<char> text, float maximum, out float value)
    {
        var problem = Read(text, "the rating", 0, maximum, out double number);
        value = (float)number;
        return problem;
    }

    /// <summary>Whether there is no zero character behind a number: the runtime's parsers skip them.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.EndsWith('\0');

    /// <summary>A field as messages show it.</summary>
    public static string Shorten(ReadOnlySpan<char> text) =>
        text.Length <= MaxShown ? ShownText.Of(text) : $"{ShownText.Of(Start(text, MaxShown))}...";

    /// <summary>The first characters of a longer text, and no half of a surrogate pair at their end.</summary>
    public static ReadOnlySpan<char> Start(ReadOnlySpan<char> text, int length) =>
        text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
