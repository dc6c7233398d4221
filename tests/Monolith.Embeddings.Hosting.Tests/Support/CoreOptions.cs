using System.Collections;
using System.Reflection;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Support;

/// <summary>The options of the library as reflection finds them, so that a new one cannot be forgotten.</summary>
internal static class CoreOptions
{
    /// <summary>
    /// Every public class of options that configuration could describe: one that can be made without arguments, of no delegate, and
    /// not of the application's own types.
    /// </summary>
    public static IEnumerable<Type> Types => typeof(EmbeddingTable).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(IValidatedOptions)) && type is { IsAbstract: false, IsGenericTypeDefinition: false })
        .Where(type => !type.Name.EndsWith("Builder", StringComparison.Ordinal) && Make(type) is not null)
        .Where(type => !IsMadeOfCode(type));

    /// <summary>The parts that are chosen by name: those that derive from a class of options; models are chosen in code.</summary>
    public static IEnumerable<Type> Parts => Types.Where(type => KindOf(type) != type && type.Namespace != "Monolith.Embeddings.Models");

    /// <summary>The defaults of a class; null where it has none.</summary>
    public static object? Make(Type type)
    {
        if (type.GetConstructor(Type.EmptyTypes) is { } plain) return plain.Invoke(null);
        var list = type.GetConstructors()
            .FirstOrDefault(c => c.GetParameters() is [var only] && only.IsDefined(typeof(ParamArrayAttribute)));
        return list?.Invoke([Array.CreateInstance(list.GetParameters()[0].ParameterType.GetElementType()!, 0)]);
    }

    public static Type KindOf(Type type) => type.BaseType is { } parent && parent != typeof(object) ? KindOf(parent) : type;

    /// <summary>What configuration must be able to set.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.SetMethod is { IsPublic: true } || p.PropertyType.IsAssignableTo(typeof(IEnumerable)))
        .Where(p => !p.PropertyType.IsAssignableTo(typeof(Delegate)));

    // A part whose only point is the user's function cannot stand in a file.
    private static bool IsMadeOfCode(Type type) =>
        type.GetProperties().Any(p => p.PropertyType.IsAssignableTo(typeof(Delegate))) && KindOf(type) != type;
}
