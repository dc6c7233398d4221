using System.Globalization;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>Values that are one text in configuration: texts, numbers, truth values, time spans and names of an enumeration.</summary>
internal static class SimpleValue
{
    private delegate bool Parser(string text, out object? value);

    private static readonly Dictionary<Type, (string Description, Parser Parse)> Types = new()
    {
        [typeof(string)] = ("a text", (string text, out object? value) => (value = text) is not null),
        [typeof(bool)] = ("true or false", (string text, out object? value) => Boxed(bool.TryParse(text, out var v), v, out value)),
        [typeof(int)] = Whole<int>(),
        [typeof(uint)] = Whole<uint>(),
        [typeof(long)] = Whole<long>(),
        [typeof(ulong)] = Whole<ulong>(),
        [typeof(float)] = ("a number", (string text, out object? value) => Boxed(float.TryParse(text, CultureInfo.InvariantCulture, out var v), v, out value)),
        [typeof(double)] = ("a number", (string text, out object? value) => Boxed(double.TryParse(text, CultureInfo.InvariantCulture, out var v), v, out value)),
        [typeof(TimeSpan)] = ("a time span, such as 30.12:00:00 for thirty and a half days",
            (string text, out object? value) => Boxed(TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var v), v, out value)),
    };

    public static bool Handles(Type type) => Types.ContainsKey(Bare(type)) || Bare(type).IsEnum;

    /// <summary>What a text must be to be such a value, to follow "is not".</summary>
    public static string Describe(Type type) =>
        Types.TryGetValue(Bare(type), out var known) ? known.Description : $"one of {string.Join(", ", Enum.GetNames(Bare(type)))}";

    public static bool TryParse(Type type, string text, out object? value)
    {
        if (Types.TryGetValue(Bare(type), out var known)) return known.Parse(text, out value);
        // By name alone: Enum.TryParse would take any number.
        var name = Enum.GetNames(Bare(type)).FirstOrDefault(n => n.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(Bare(type), name);
        return name is not null;
    }

    public static bool AllowsNull(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static (string, Parser) Whole<T>()
        where T : struct, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T> =>
        ($"a whole number from {T.MinValue} to {T.MaxValue}",
            (string text, out object? value) => Boxed(T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var v), v, out value));

    private static bool Boxed<T>(bool parsed, T parsedValue, out object? value)
    {
        value = parsed ? parsedValue : null;
        return parsed;
    }
}
