using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>The texts of all public records, with numbers and times that cultures write in different ways.</summary>
internal static class RecordTexts
{
    public static string[] All() =>
        [.. new[] { typeof(EmbeddingTable), typeof(CsvOptions) }.SelectMany(type => type.Assembly.GetExportedTypes()).Where(IsRecord)
            .Select(type => Make(type).ToString()!)];

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is not null;

    private static bool IsOwnList(Type type) =>
        type.IsGenericType && type.Assembly == typeof(EmbeddingTable).Assembly && type.IsAssignableTo(typeof(IEnumerable));

    private static Array One(Type item)
    {
        var items = Array.CreateInstance(item, 1);
        items.SetValue(Value(item), 0);
        return items;
    }

    private static object Make(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance))
            field.SetValue(record, Value(field.FieldType));
        return record;
    }

    private static object? Value(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Value(underlying);
        if (type == typeof(float)) return -1234.5f;
        if (type == typeof(double)) return -1234.5;
        if (type == typeof(int)) return -1234;
        if (type == typeof(long)) return -1234567L;
        if (type == typeof(string)) return "text";
        if (type == typeof(TimeSpan)) return TimeSpan.FromDays(-1.5);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(-1));
        if (IsRecord(type)) return Make(type);
        if (IsOwnList(type)) return Activator.CreateInstance(type, One(type.GenericTypeArguments[0]));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return One(type.GenericTypeArguments[0]);
        if (type == typeof(IReadOnlyDictionary<string, long>)) return new Dictionary<string, long> { ["text"] = -1234567 };
        return type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type) : null;
    }
}
