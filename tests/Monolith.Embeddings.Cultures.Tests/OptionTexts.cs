using System.Reflection;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>What validation says of each number and time of all options, one at a time, when it is far out of its range.</summary>
internal static class OptionTexts
{
    public static string[] All() => [.. Types().SelectMany(Texts)];

    private static IEnumerable<Type> Types() => new[] { typeof(EmbeddingTable), typeof(EmbeddingsOptions), typeof(CsvOptions) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => type.IsAssignableTo(typeof(IValidatedOptions)) && !type.IsAbstract)
        .Select(type => type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(int)) : type)
        .Where(type => CoreOptions.Make(type) is not null);

    private static IEnumerable<string> Texts(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.SetMethod is { IsPublic: true }
        from value in Far(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
        from text in Texts(type, property, value)
        select $"{type.Name}.{text}";

    private static IReadOnlyList<string> Texts(Type type, PropertyInfo property, object value)
    {
        var (options, errors) = ((IValidatedOptions)CoreOptions.Make(type)!, new OptionErrors());
        property.SetValue(options, value);
        options.CollectErrors(errors);
        return [.. errors.Errors.Select(error => error.ToString())];
    }

    private static object[] Far(Type type)
    {
        if (type == typeof(float)) return [-1234.5f, 1234.5f, 1.5e38f, float.NaN, float.NegativeInfinity];
        if (type == typeof(double)) return [-1234.5, 1234.5, 1.5e300, double.NaN, double.NegativeInfinity];
        if (type == typeof(int)) return [-1234, int.MaxValue];
        if (type == typeof(long)) return [-1234L, long.MaxValue];
        if (type == typeof(uint)) return [0u, uint.MaxValue];
        if (type == typeof(ulong)) return [0ul, ulong.MaxValue];
        if (type == typeof(TimeSpan)) return [TimeSpan.FromDays(-1234.5), TimeSpan.FromDays(1_234_567.5)];
        if (type == typeof(DateTimeOffset)) return [DateTimeOffset.MinValue, DateTimeOffset.MaxValue];
        return type.IsEnum ? [Enum.ToObject(type, 120)] : [];
    }
}
