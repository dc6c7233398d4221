using Microsoft.Extensions.Configuration;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>Makes options of what configuration says, and reports all that it cannot read.</summary>
internal sealed class OptionsReader(PlugInRegistry registry, ReadingReport report)
{
    /// <summary>The key that names a part.</summary>
    public const string TypeKey = "Type";

    // As many as validation allows. A file that is nested deeper than any real one must not end the process.
    private const int MostLevels = 32;

    private int _level;

    public static bool IsTypeKey(string key) => key.Equals(TypeKey, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the options that a section describes; null where it does not say which, which is reported.</summary>
    /// <param name="type">What the result must be.</param>
    /// <param name="section">Their keys; or, for a part with its defaults, its name alone.</param>
    /// <param name="path">Where validation will find them.</param>
    /// <param name="name">What their property <c>Name</c> starts as, if they have one; null to leave it.</param>
    public IValidatedOptions? ReadOptions(Type type, IConfiguration section, string path, string? name = null)
    {
        report.Map(path, section);
        if (_level == MostLevels)
        {
            report.Add(ReadingReport.PathOf(section), $"is nested more than {MostLevels} levels deep.");
            return null;
        }
        var plugIn = type.IsAbstract ? Named(type, section) : Single(type, section);
        if (plugIn is null) return null;
        var options = plugIn.Create();
        if (name is not null && plugIn.Properties.FirstOrDefault(p => p.Name == "Name" && p.Type == typeof(string)) is { } named)
            named.Set(options, name);
        _level++;
        Fill(options, plugIn, section, path);
        _level--;
        return options;
    }

    /// <summary>Sets the properties of options to what a section's keys say.</summary>
    public void Fill(IValidatedOptions options, PlugIn plugIn, IConfiguration section, string path)
    {
        var lists = new CollectionReader(this, report);
        foreach (var key in section.GetChildren())
        {
            if (plugIn.Type != plugIn.Kind && IsTypeKey(key.Key)) continue;
            var property = plugIn.Properties.FirstOrDefault(p => p.Name.Equals(key.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null || !CanRead(property, options))
            {
                report.Add(key.Path, $"is not a key of {plugIn.Name}; its keys: {Keys(plugIn, options)}.");
                continue;
            }
            var place = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            report.Map(place, key);
            if (property.Elements.Length > 0) lists.Read(property, options, key, place);
            else if (IsEmpty(key) && IsSingle(property.Type)) continue;
            else if (TryReadValue(property.Type, key, place, out var value)) property.Set(options, value);
        }
    }

    /// <summary>Reads a simple value or nested options; what cannot be read is reported.</summary>
    public bool TryReadValue(Type type, IConfigurationSection section, string path, out object? value, string? name = null)
    {
        value = null;
        if (IsEmpty(section) && SimpleValue.AllowsNull(type) && !IsSingle(type)) return true;
        if (!SimpleValue.Handles(type)) return (value = ReadOptions(type, section, path, name)) is not null;
        var holdsKeys = section.GetChildren().Any();
        if (!holdsKeys && section.Value is { } text && SimpleValue.TryParse(type, text, out value)) return true;
        report.Add(section.Path, holdsKeys
            ? $"holds keys, but must be {SimpleValue.Describe(type)}."
            : $"'{section.Value}' is not {SimpleValue.Describe(type)}.");
        return false;
    }

    /// <summary>Whether such a value can stand in configuration.</summary>
    public bool CanRead(Type type) => SimpleValue.Handles(type) || registry.Of(type).Any();

    private bool CanRead(OptionProperty property, object options) =>
        property.Elements is { Length: > 0 } elements
            ? Array.TrueForAll(elements, CanRead) && CollectionReader.CanFill(property, options)
            : property.IsSettable && CanRead(property.Type);

    // A file's null and its empty object look alike: for options without a choice they mean "as it is".
    private static bool IsEmpty(IConfigurationSection section) => section.Value is null && !section.GetChildren().Any();

    private static bool IsSingle(Type type) => !type.IsAbstract && !SimpleValue.Handles(type);

    private PlugIn? Named(Type type, IConfiguration section)
    {
        var name = Name(section, out var path);
        var known = registry.Of(type).ToArray();
        var plugIn = Array.Find(known, p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (plugIn is not null) return plugIn;
        var names = string.Join(", ", known.Select(p => p.Name));
        report.Add(path, name is null ? $"has no {TypeKey}; known: {names}." : $"'{name}' is not known; known: {names}.");
        return null;
    }

    private PlugIn? Single(Type type, IConfiguration section)
    {
        var plugIn = registry.Of(type).FirstOrDefault(p => p.Type == type)
            ?? throw new InvalidOperationException($"{type.Name} is not registered; add it to the {nameof(PlugInRegistry)}.");
        if (section is not IConfigurationSection { Value: { Length: > 0 } text }) return plugIn;
        report.Add(
            ReadingReport.PathOf(section), $"is '{text}', but must hold the keys of {plugIn.Name}: {Keys(plugIn, plugIn.Create())}.");
        return null;
    }

    private static string? Name(IConfiguration section, out string path)
    {
        path = ReadingReport.PathOf(section);
        if (section.GetChildren().FirstOrDefault(child => IsTypeKey(child.Key)) is { } named)
        {
            path = named.Path;
            return named.Value;
        }
        return (section as IConfigurationSection)?.Value is { Length: > 0 } text ? text : null;
    }

    private string Keys(PlugIn plugIn, object options) =>
        string.Join(", ", plugIn.Properties.Where(p => CanRead(p, options)).Select(p => p.Name).DefaultIfEmpty("none"));
}
