using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The state of a model as named sections, each with a type and, for floats, a shape. Filled by <see
/// cref="OnlineModel.Save(ModelSections)"/>, read by <see cref="OnlineModel.Load(ModelSections)"/>. Not thread-safe.
/// </summary>
[DebuggerDisplay("{_sections.Count} sections")]
public sealed class ModelSections
{
    /// <summary>The most sections: 65,536.</summary>
    public const int MaxSections = 1 << 16;

    /// <summary>The most dimensions of a section's shape: 16.</summary>
    public const int MaxRank = 16;

    private readonly List<ModelSection> _sections = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly HashSet<string> _read = [];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _sections.Select(section => section.Name)];

    internal IReadOnlyList<ModelSection> All => _sections;

    /// <summary>Adds floats.</summary>
    /// <param name="name">Unique in the model; not empty, at most 1,024 bytes of UTF-8.</param>
    /// <param name="role">What they are needed for.</param>
    /// <param name="shape">Their dimensions, outermost first; at most <see cref="MaxRank"/>.</param>
    /// <param name="values">The floats, copied; as many as the product of <paramref name="shape"/>.</param>
    /// <exception cref="ArgumentException">Name, shape or length cannot be used; the message holds the numbers.</exception>
    public void AddFloats(string name, SectionRole role, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        if (shape.Length > MaxRank)
            throw new ArgumentException($"Section '{name}' has {shape.Length} dimensions; at most {MaxRank} are allowed.", nameof(shape));
        if (LengthOf(shape) != values.Length)
        {
            throw new ArgumentException(
                $"Section '{name}' has {values.Length} floats, but the shape {ModelSection.TextOf(shape)}.", nameof(values));
        }
        Add(new ModelSection(name, ModelSectionKind.Floats, role, shape.ToArray(), LittleEndian(values)));
    }

    /// <summary>Adds a number.</summary>
    /// <param name="name">Unique in the model.</param>
    /// <param name="role">What it is needed for.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public void AddNumber(string name, SectionRole role, long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Add(new ModelSection(name, ModelSectionKind.Number, role, [], bytes));
    }

    /// <summary>Adds a text.</summary>
    /// <param name="name">Unique in the model.</param>
    /// <param name="role">What it is needed for.</param>
    /// <param name="value">The text; valid Unicode.</param>
    /// <exception cref="ArgumentException">The name or the text cannot be used.</exception>
    public void AddText(string name, SectionRole role, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Add(new ModelSection(name, ModelSectionKind.Text, role, [], StoredNames.Utf8.GetBytes(value)));
    }

    /// <summary>Adds bytes that mean something to the model alone.</summary>
    /// <param name="name">Unique in the model.</param>
    /// <param name="role">What they are needed for.</param>
    /// <param name="value">The bytes, copied.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public void AddBytes(string name, SectionRole role, ReadOnlySpan<byte> value) =>
        Add(new ModelSection(name, ModelSectionKind.Bytes, role, [], value.ToArray()));

    /// <summary>Reads floats.</summary>
    /// <param name="name">The section's name.</param>
    /// <param name="shape">The dimensions that are needed.</param>
    /// <returns>The floats, as many as the product of <paramref name="shape"/>; valid as long as the sections.</returns>
    /// <exception cref="InvalidDataException">
    /// There is no such section, or it has another type or shape; the message says which.
    /// </exception>
    public ReadOnlySpan<float> Floats(string name, ReadOnlySpan<int> shape)
    {
        var section = Find(name, ModelSectionKind.Floats);
        if (!shape.SequenceEqual(section.Shape))
        {
            throw new InvalidDataException(
                $"The sections are of another model: '{name}' has the shape {ModelSection.TextOf(section.Shape)}, "
                + $"but {ModelSection.TextOf(shape)} is needed.");
        }
        return Host(section.Data.Span);
    }

    /// <summary>Reads the shape of floats, for a section whose shape is known only from what was saved.</summary>
    /// <param name="name">The section's name.</param>
    /// <returns>The dimensions, outermost first.</returns>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type.</exception>
    public ReadOnlySpan<int> ShapeOf(string name) => Find(name, ModelSectionKind.Floats).Shape;

    /// <summary>Reads a number.</summary>
    /// <param name="name">The section's name.</param>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type.</exception>
    public long Number(string name) => BinaryPrimitives.ReadInt64LittleEndian(Find(name, ModelSectionKind.Number).Data.Span);

    /// <summary>Reads a text.</summary>
    /// <param name="name">The section's name.</param>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type, or is no valid text.</exception>
    public string Text(string name)
    {
        try
        {
            return StoredNames.Utf8.GetString(Find(name, ModelSectionKind.Text).Data.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"The section '{name}' is not UTF-8.", exception);
        }
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="name">The section's name.</param>
    /// <returns>The bytes; valid as long as the sections.</returns>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type.</exception>
    public ReadOnlySpan<byte> Bytes(string name) => Find(name, ModelSectionKind.Bytes).Data.Span;

    /// <summary>Whether there is a section of a name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _places.ContainsKey(name);

    /// <summary>Whether a section holds floats; false where there is none of the name.</summary>
    /// <param name="name">The name.</param>
    public bool IsFloats(string name) => _places.TryGetValue(name, out var place) && _sections[place].Kind == ModelSectionKind.Floats;

    /// <summary>Takes a section out, so that another can be added under its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        if (!_places.Remove(name, out var place)) return false;
        _sections.RemoveAt(place);
        _read.Remove(name);
        for (var i = place; i < _sections.Count; i++) _places[_sections[i].Name] = i;
        return true;
    }

    /// <summary>Refuses sections that were not read: they are another model's, and would be lost.</summary>
    /// <exception cref="InvalidDataException">There are some; the message names them.</exception>
    public void RequireAllRead()
    {
        var unread = _sections.Where(section => !_read.Contains(section.Name)).Select(section => $"'{section.Name}'").ToArray();
        // Another model may read the same sections.
        _read.Clear();
        if (unread.Length == 0) return;
        throw new InvalidDataException(
            $"The sections are of another model, of which this one has no use for {string.Join(", ", unread)}.");
    }

    internal void Add(ModelSection section)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(section.Name);
        StoredNames.Require(section.Name, "a section of a model", StoredLimits.ModelNameBytes);
        if (_sections.Count == MaxSections)
            throw new ArgumentException($"A model has at most {MaxSections} sections; '{section.Name}' is one more.");
        if (!_places.TryAdd(section.Name, _sections.Count)) throw new ArgumentException($"The section '{section.Name}' was added before.");
        _sections.Add(section);
    }

    /// <summary>The product of the dimensions; -1 where one is negative or the product is beyond an array.</summary>
    internal static long LengthOf(ReadOnlySpan<int> shape)
    {
        var length = 1L;
        foreach (var dimension in shape)
        {
            if (dimension < 0) return -1;
            length *= dimension;
            if (length > Array.MaxLength) return -1;
        }
        return length;
    }

    private ModelSection Find(string name, ModelSectionKind kind)
    {
        if (!_places.TryGetValue(name, out var place))
        {
            throw new InvalidDataException(
                $"The sections are of another model: '{name}' is missing; there are "
                + $"{string.Join(", ", _sections.Select(s => $"'{s.Name}'").DefaultIfEmpty("none"))}.");
        }
        _read.Add(name);
        var section = _sections[place];
        return section.Kind == kind ? section : throw new InvalidDataException(
            $"The sections are of another model: '{name}' is {section}, but {kind} is needed.");
    }

    private static byte[] LittleEndian(ReadOnlySpan<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian) SwapEach(bytes);
        return bytes;
    }

    private static ReadOnlySpan<float> Host(ReadOnlySpan<byte> bytes)
    {
        if (BitConverter.IsLittleEndian) return MemoryMarshal.Cast<byte, float>(bytes);
        var swapped = bytes.ToArray();
        SwapEach(swapped);
        return MemoryMarshal.Cast<byte, float>(swapped);
    }

    private static void SwapEach(byte[] bytes)
    {
        var words = MemoryMarshal.Cast<byte, uint>(bytes.AsSpan());
        BinaryPrimitives.ReverseEndianness(words, words);
    }
}
