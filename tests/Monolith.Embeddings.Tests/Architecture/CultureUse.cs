using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>Tells the methods of the runtime that read or write numbers, or order texts, by the culture of the thread.</summary>
internal static class CultureUse
{
    private static readonly Type[] Handlers =
    [
        typeof(DefaultInterpolatedStringHandler), typeof(StringBuilder.AppendInterpolatedStringHandler),
        typeof(MemoryExtensions.TryWriteInterpolatedStringHandler), typeof(System.Text.Unicode.Utf8.TryWriteInterpolatedStringHandler),
    ];

    private static readonly string[] Sorting =
        ["OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Order", "OrderDescending", "Sort"];

    private static readonly string[] Searching = ["StartsWith", "EndsWith", "IndexOf", "LastIndexOf", "Compare", "CompareTo"];

    /// <summary>The calls in a method that may give another result under another culture.</summary>
    public static IEnumerable<string> In(MethodBase method)
    {
        Type? constrained = null;
        foreach (var (operation, member) in MethodCode.Members(method))
        {
            if (member is MethodBase called && Depends(called, constrained))
                yield return $"{method.DeclaringType}.{method.Name} calls {called.DeclaringType}: {called}";
            constrained = operation == OpCodes.Constrained ? (Type)member : null;
        }
    }

    /// <summary>Whether a call may give another result under another culture.</summary>
    /// <param name="called">What is called.</param>
    /// <param name="constrained">The type of the value that a virtual method is called on, where the code says it.</param>
    private static bool Depends(MethodBase called, Type? constrained)
    {
        var type = called.DeclaringType!;
        if (Takes<IFormatProvider>(called)) return false;
        if (Handlers.Contains(type)) return called.IsConstructor;
        if (type == typeof(string)) return OfString(called);
        // A character and a count is a repeated character.
        if (type == typeof(StringBuilder)) return Starts(called, "Append") && TakesNumber(called) && !Takes<char>(called);
        if (type == typeof(Convert)) return OfConvert(called);
        if (type.IsAssignableTo(typeof(TextWriter))) return Starts(called, "Write") && TakesNumber(called);
        if (type == typeof(ArgumentOutOfRangeException)) return OfOutOfRange(called);
        if (called.Name == nameof(ToString)) return IsNumber(type == typeof(object) || type == typeof(ValueType) ? constrained : type);
        if (called.Name.Contains("Parse", StringComparison.Ordinal)) return IsNumber(type) || type == typeof(TimeSpan);
        return SortsTexts(called, type);
    }

    private static bool OfConvert(MethodBase called) => called.Name == nameof(Convert.ToString)
        ? TakesNumber(called)
        : Takes<string>(called) && !called.Name.Contains("64S", StringComparison.Ordinal)
        && !called.Name.Contains("Hex", StringComparison.Ordinal);

    private static bool OfString(MethodBase called) => called.Name switch
    {
        nameof(string.Format) => true,
        nameof(string.Concat) => TakesNumber(called),
        nameof(string.Join) => TakesNumber(called) || called.IsGenericMethod && MayBeNumber(called.GetGenericArguments()[0]),
        nameof(string.ToUpper) or nameof(string.ToLower) => true,
        _ => Searching.Contains(called.Name) && !Takes<StringComparison>(called) && !Takes<char>(called),
    };

    // The exception's message holds the actual value, written by the culture of the thread that reads the message.
    private static bool OfOutOfRange(MethodBase called) =>
        called.IsConstructor ? Takes<object>(called) : called.IsGenericMethod && MayBeNegative(called.GetGenericArguments()[0]);

    private static bool SortsTexts(MethodBase called, Type type)
    {
        if (type == typeof(Comparer<string>)) return true;
        if (called.GetParameters().Any(p => p.ParameterType.Name.StartsWith("IComparer", StringComparison.Ordinal))) return false;
        if (called.IsConstructor && type.Name.StartsWith("Sorted", StringComparison.Ordinal))
            return type.IsGenericType && type.GetGenericArguments()[0] == typeof(string);
        if (!Sorting.Contains(called.Name)) return false;
        if (called.GetParameters().Any(p => p.ParameterType.Name.StartsWith("Comparison", StringComparison.Ordinal))) return false;
        return called.IsGenericMethod ? called.GetGenericArguments()[^1] == typeof(string) : type == typeof(List<string>);
    }

    private static bool Starts(MethodBase called, string name) => called.Name.StartsWith(name, StringComparison.Ordinal);

    private static bool Takes<T>(MethodBase called) => called.GetParameters().Any(p => p.ParameterType == typeof(T));

    private static bool TakesNumber(MethodBase called) => called.GetParameters().Any(p => MayBeNumber(p.ParameterType));

    private static bool MayBeNumber(Type type) =>
        IsNumber(type) || type.IsGenericParameter
        || type == typeof(object) || type == typeof(object[]) || type == typeof(ReadOnlySpan<object>);

    private static bool MayBeNegative(Type type) =>
        IsNumber(type) && type != typeof(byte) && type != typeof(ushort) && type != typeof(uint) && type != typeof(ulong);

    private static bool IsNumber(Type? type)
    {
        var value = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        return value is { IsValueType: true, IsEnum: false } && value.IsAssignableTo(typeof(IFormattable))
            && value != typeof(TimeSpan) && value != typeof(Guid) && value != typeof(char)
            && value.Namespace!.StartsWith("System", StringComparison.Ordinal);
    }
}
