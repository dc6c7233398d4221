using System.Collections;
using System.Reflection;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Support;

/// <summary>The options of the library as reflection finds them, so that a new one cannot be forgotten.</summary>
internal static class CoreOptions
{
    // Readers of files are made in code, beside the files.
    private const string NotConfigured = "Monolith.Embeddings.Streams";

    /// <summary>Every public class of options that configuration could describe: one with a parameterless constructor, and of no delegate.</summary>
    public static IEnumerable<Type> Types => typeof(EmbeddingTable).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(IValidatedOptions)) && type is { IsAbstract: false } && type.Namespace != NotConfigured)
        .Where(type => type.Name.EndsWith("Builder", StringComparison.Ordinal) is false && type.GetConstructor(Type.EmptyTypes) is not null)
        .Where(type => !IsMadeOfCode(type));

    /// <summary>The parts that are chosen by name: those that derive from a class of options.</summary>
    public static IEnumerable<Type> Parts => Types.Where(type => KindOf(type) != type && KindOf(type).GetMember("Create").Length > 0 || IsSchedule(type));

    public static Type KindOf(Type type) => type.BaseType is { } parent && parent != typeof(object) ? KindOf(parent) : type;

    /// <summary>What configuration must be able to set.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.SetMethod is { IsPublic: true } || p.PropertyType.IsAssignableTo(typeof(IEnumerable)))
        .Where(p => !p.PropertyType.IsAssignableTo(typeof(Delegate)));

    private static bool IsSchedule(Type type) => KindOf(type).Name.EndsWith("Schedule", StringComparison.Ordinal);

    // A part whose only point is the user's function cannot stand in a file.
    private static bool IsMadeOfCode(Type type) =>
        type.GetProperties().Any(p => p.PropertyType.IsAssignableTo(typeof(Delegate))) && KindOf(type) != type;
}
