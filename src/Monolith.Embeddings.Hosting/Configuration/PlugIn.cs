using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>A class of options that configuration can make and fill.</summary>
internal sealed class PlugIn
{
    /// <param name="name">What its <c>Type</c> says; null for options that are the only ones of their kind.</param>
    /// <param name="type">The class, whose public properties are its keys.</param>
    /// <param name="create">Makes one with its defaults.</param>
    public PlugIn(
        string? name, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type,
        Func<IValidatedOptions> create)
    {
        (Name, Type, Create) = (name ?? type.Name, type, create);
        Kind = name is null ? type : KindOf(type);
        Properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.GetMethod is { IsPublic: true })
            .Select(property => new OptionProperty(property))
            .OrderBy(property => property.Name, StringComparer.Ordinal)];
    }

    public string Name { get; }

    public Type Type { get; }

    /// <summary>The class by which others refer to it: the first that it derives from, or its own where it has no name.</summary>
    public Type Kind { get; }

    public Func<IValidatedOptions> Create { get; }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<OptionProperty> Properties { get; }

    /// <summary>The topmost base class below <see cref="object"/>.</summary>
    public static Type KindOf(Type type)
    {
        while (type.BaseType is { } parent && parent != typeof(object)) type = parent;
        return type;
    }
}
