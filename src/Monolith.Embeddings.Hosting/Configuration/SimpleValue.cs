using System.Globalization;
using Monolith.Embeddings.Scheduling;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>
/// Values that are one text in configuration: texts, numbers, truth values, time spans and names of an enumeration. Each has one form, the
/// same in every culture, with nothing around it: what could be read in two ways is not read.
/// </summary>
internal static class SimpleValue
{
    private delegate bool Parser(string text, out object? value);

    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly Dictionary<Type, (string Description, Parser Parse)> Types = new()
    {
        [typeof(string)] = ("a text of whole characters; half of a surrogate pair is none",
            (string text, out object? value) => Boxed(HasWholeCharacters(text), text, out value)),
        [typeof(bool)] = ("true or false", (string text, out object? value) => Boxed(bool.TryParse(text, out var v), v, out value)),
        [typeof(int)] = Whole<int>(),
        [typeof(uint)] = Whole<uint>(),
        [typeof(long)] = Whole<long>(),
        [typeof(ulong)] = Whole<ulong>(),
        [typeof(float)] = Real<float>(),
        [typeof(double)] = Real<double>(),
        [typeof(Schedule)] = (
            "a schedule, such as ByClock(00:01:00), ByEventTime(1.00:00:00), ByExamples(1000), ByBatches(10), several with | between them, "
                + "Never, or a bare time span with hours, minutes and seconds",
            (string text, out object? value) => Boxed(Schedule.TryParse(text, out var v), v, out value)),
        [typeof(TimeSpan)] = (
            "a time span with hours, minutes and seconds, such as 1.00:00:00 for a day or 01:00:00 for an hour; a bare number has no unit",
            (string text, out object? value) => Boxed(TryTimeSpan(text, out var v), v, out value)),
    };

    public static bool Handles(Type type) => Types.ContainsKey(Bare(type)) || Bare(type).IsEnum;

    /// <summary>What a text must be to be such a value, to follow "is not".</summary>
    public static string Describe(Type type) =>
        Types.TryGetValue(Bare(type), out var known) ? known.Description : $"one of {string.Join(", ", Enum.GetNames(Bare(type)))}";

    public static bool TryParse(Type type, string text, out object? value)
    {
        value = null;
        if (Types.TryGetValue(Bare(type), out var known))
            return (Bare(type) == typeof(string) || IsPlain(text)) && known.Parse(text, out value);
        // By name alone: Enum.TryParse would take any number.
        var name = Enum.GetNames(Bare(type)).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(Bare(type), name);
        return name is not null;
    }

    public static bool AllowsNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static (string, Parser) Whole<T>()
        where T : struct, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T> =>
        ($"a whole number from {T.MinValue} to {T.MaxValue}",
            (string text, out object? value) =>
                Boxed(T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v), v, out value));

    private static (string, Parser) Real<T>()
        where T : struct, System.Numerics.IFloatingPoint<T> =>
        ("a finite number such as 0.05, with a point and without separators",
            (string text, out object? value) =>
                Boxed(T.TryParse(text, Number, CultureInfo.InvariantCulture, out var v) && T.IsFinite(v), v, out value));

    // The runtime would take a bare number for days. Two parts are hours and minutes to it, and minutes and seconds to many readers.
    private static bool TryTimeSpan(string text, out TimeSpan value) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value) && text.AsSpan().Count(':') == 2;

    // The runtime skips blanks around a value, and zero characters behind it.
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static bool HasWholeCharacters(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i]))) return false;
        }
        return true;
    }

    private static bool Boxed<T>(bool parsed, T parsedValue, out object? value)
    {
        value = parsed ? parsedValue : null;
        return parsed;
    }
}
