using System.Collections;
using System.Reflection;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>A property of options, seen as a key of configuration.</summary>
internal sealed class OptionProperty(PropertyInfo property)
{
    public string Name => property.Name;

    public Type Type => property.PropertyType;

    public bool IsSettable => property.SetMethod is { IsPublic: true };

    /// <summary>Of what a list holds, or the key and the value of a dictionary; empty for anything else.</summary>
    public Type[] Elements => Type.IsArray ? [Type.GetElementType()!]
        : Type.IsGenericType && Type.IsAssignableTo(typeof(IEnumerable)) ? Type.GetGenericArguments()
        : [];

    public object? Get(object target) => property.GetValue(target);

    public void Set(object target, object? value) => property.SetValue(target, value);
}
