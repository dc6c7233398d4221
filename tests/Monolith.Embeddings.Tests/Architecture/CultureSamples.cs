using System.Text;

namespace Monolith.Embeddings.Tests.Architecture;

#pragma warning disable CA1304, CA1305, CA1307, CA1309, CA1310, CA1311, CA1512, CA2208 // The samples are wrong on purpose.

/// <summary>A method each of what must not stand in a library.</summary>
internal static class CultureSamples
{
    public static string Interpolated(float value) => $"{value}";

    public static string Formatted(float value) => string.Format("{0}", value);

    public static string Concatenated(float value) => "a" + value;

    public static string Joined(float[] values) => string.Join(", ", values);

    public static StringBuilder Appended(StringBuilder text) => text.Append(1.5);

    public static StringBuilder AppendedInterpolated(StringBuilder text, float value) => text.Append($"{value}");

    public static bool WrittenToSpan(Span<char> text, float value) => text.TryWrite($"{value}", out _);

    public static void Written(TextWriter writer) => writer.Write(1.5);

    public static string Nullable(float? value) => value.ToString()!;

    public static string Date(DateTimeOffset value) => value.ToString("d");

    public static float Parsed(string text) => float.Parse(text);

    public static bool ParsedTime(string text) => TimeSpan.TryParse(text, out _);

    public static Exception OutOfRange(float value) => new ArgumentOutOfRangeException(nameof(value), value, "is wrong");

    public static void Thrown(int value) => ArgumentOutOfRangeException.ThrowIfNegative(value);

    public static string Upper(string text) => text.ToUpper();

    public static bool Started(string text) => text.StartsWith("ab");

    public static int Compared(string text) => string.Compare(text, "a");

    public static IEnumerable<string> Sorted(string[] texts) => texts.Order();

    public static object SortedKeys() => new SortedDictionary<string, int>();

    public static string Converted(double value) => Convert.ToString(value);
}
