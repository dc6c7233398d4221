using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Sections;

/// <summary>Sections by name, in the order in which they were added; it knows which of them were read. Not thread-safe.</summary>
internal sealed class SectionList
{
    private readonly List<ModelSection> _sections = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly HashSet<string> _read = [];

    public IReadOnlyList<ModelSection> All => _sections;

    /// <exception cref="ArgumentException">The name cannot be used, or there are too many sections.</exception>
    public void Add(ModelSection section)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(section.Name);
        StoredNames.Require(section.Name, "a section of a model", StoredLimits.ModelNameBytes);
        if (_sections.Count == ModelSections.MaxSections)
            throw new ArgumentException($"A model has at most {ModelSections.MaxSections} sections; '{section.Name}' is one more.");
        if (!_places.TryAdd(section.Name, _sections.Count)) throw new ArgumentException($"The section '{section.Name}' was added before.");
        _sections.Add(section);
    }

    /// <summary>The section of a name, which does not count as read; null where there is none.</summary>
    public ModelSection? Find(string name) => _places.TryGetValue(name, out var place) ? _sections[place] : null;

    /// <summary>The section of a name, which counts as read from now on.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is of another kind.</exception>
    public ModelSection Read(string name, ModelSectionKind kind)
    {
        var section = Find(name) ?? throw new InvalidDataException(
            $"The sections are of another model: '{name}' is missing; there are "
            + $"{string.Join(", ", _sections.Select(s => $"'{s.Name}'").DefaultIfEmpty("none"))}.");
        _read.Add(name);
        return section.Kind == kind ? section : throw new InvalidDataException(
            $"The sections are of another model: '{name}' is {section}, but {kind} is needed.");
    }

    /// <returns>Whether there was one of the name.</returns>
    public bool Remove(string name)
    {
        if (!_places.Remove(name, out var place)) return false;
        _sections.RemoveAt(place);
        _read.Remove(name);
        for (var i = place; i < _sections.Count; i++) _places[_sections[i].Name] = i;
        return true;
    }

    /// <exception cref="InvalidDataException">Some sections were not read; the message names them.</exception>
    public void RequireAllRead()
    {
        var unread = _sections.Where(section => !_read.Contains(section.Name)).Select(section => $"'{section.Name}'").ToArray();
        // Another model may read the same sections.
        _read.Clear();
        if (unread.Length == 0) return;
        throw new InvalidDataException(
            $"The sections are of another model, of which this one has no use for {string.Join(", ", unread)}.");
    }
}
