using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>
/// Reads lists, arrays and dictionaries. Only types that options hold already, or declare as an array, are made: a type made of generic
/// arguments at run time would not outlive ahead-of-time compilation.
/// </summary>
internal sealed class CollectionReader(OptionsReader values, ReadingReport report)
{
    public static bool CanFill(OptionProperty property, object options) => property.Get(options) switch
    {
        IDictionary dictionary => !dictionary.IsReadOnly && property.Elements.Length == 2,
        Array => property.IsSettable && property.Elements.Length == 1,
        IList list => !list.IsFixedSize && property.Elements.Length == 1,
        _ => property.IsSettable && property.Type.IsArray,
    };

    /// <summary>Sets a property to what a section lists; what stood there before goes.</summary>
    public void Read(OptionProperty property, object options, IConfigurationSection section, string path)
    {
        if (section.Value is { Length: > 0 } text)
        {
            report.Add(section.Path, $"is '{text}', but must be a list.");
            return;
        }
        var held = property.Get(options);
        if (held is IDictionary dictionary) Fill(dictionary, property.Elements, section, path);
        else if (held is IList { IsFixedSize: false } list) Fill(list, property.Elements[0], section, path);
        else property.Set(options, ToArray(held?.GetType() ?? property.Type, property.Elements[0], section, path));
    }

    private void Fill(IDictionary dictionary, Type[] types, IConfigurationSection section, string path)
    {
        dictionary.Clear();
        foreach (var child in section.GetChildren())
        {
            if (!SimpleValue.TryParse(types[0], child.Key, out var key))
                report.Add(child.Path, $"the key '{child.Key}' is not {SimpleValue.Describe(types[0])}.");
            else if (dictionary.Contains(key!))
                report.Add(child.Path, $"is the key {key} again; each stands once.");
            else if (values.TryReadValue(types[1], child, $"{path}[{child.Key}]", out var value))
                dictionary[key!] = value;
        }
    }

    private void Fill(IList list, Type type, IConfigurationSection section, string path)
    {
        list.Clear();
        foreach (var value in Elements(type, section, path)) list.Add(value);
    }

    private Array ToArray(Type arrayType, Type type, IConfigurationSection section, string path)
    {
        var elements = Elements(type, section, path);
        var array = Array.CreateInstanceFromArrayType(arrayType, elements.Count);
        for (var i = 0; i < elements.Count; i++) array.SetValue(elements[i], i);
        return array;
    }

    private List<object?> Elements(Type type, IConfigurationSection section, string path)
    {
        var elements = new List<object?>();
        foreach (var child in section.GetChildren())
        {
            var place = $"{path}[{elements.Count}]";
            report.Map(place, child);
            // {"users": {...}} says the same as [{"Name": "users", ...}].
            var name = int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : child.Key;
            report.Map($"{path}['{name ?? child["Name"]}']", child);
            if (values.TryReadValue(type, child, place, out var value, name)) elements.Add(value);
        }
        return elements;
    }
}
