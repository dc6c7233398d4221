using System.Globalization;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>A method each of what may stand in a library.</summary>
internal static class InvariantSamples
{
    public static string Interpolated(float value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    public static string Texts(string text) => $"{text}: " + text;

    public static string Joined(string[] values) => string.Join(", ", values);

    public static float Parsed(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    public static void Thrown(uint value) => ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 5u);

    public static string Time(TimeSpan value) => value.ToString();

    public static bool Started(string text) => text.StartsWith('a') && text.StartsWith("ab", StringComparison.Ordinal);

    public static IEnumerable<string> Sorted(string[] texts) => texts.Order(StringComparer.Ordinal);
}
