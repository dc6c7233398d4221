using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Monolith.Embeddings.Models.Sections;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The state of a model as named sections, each with a type and, for floats, a shape. Filled by <see
/// cref="OnlineModel.Save(ModelSections)"/>, read by <see cref="OnlineModel.Load(ModelSections)"/>. Not thread-safe.
/// </summary>
[DebuggerDisplay("{All.Count} sections")]
public sealed class ModelSections
{
    /// <summary>The most sections: 65,536.</summary>
    public const int MaxSections = 1 << 16;

    /// <summary>The most dimensions of a section's shape: 16.</summary>
    public const int MaxRank = 16;

    private readonly SectionList _sections = new();

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _sections.All.Select(section => section.Name)];

    internal IReadOnlyList<ModelSection> All => _sections.All;

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
        if (SectionShape.LengthOf(shape) != values.Length)
        {
            throw new ArgumentException(
                $"Section '{name}' has {values.Length} floats, but the shape {SectionShape.TextOf(shape)}.", nameof(values));
        }
        Add(new ModelSection(name, ModelSectionKind.Floats, role, shape.ToArray(), SectionBytes.Of(values)));
    }

    /// <summary>Adds a number.</summary>
    /// <param name="name">Unique in the model.</param>
    /// <param name="role">What it is needed for.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public void AddNumber(string name, SectionRole role, long value) =>
        Add(new ModelSection(name, ModelSectionKind.Number, role, [], SectionBytes.Of(value)));

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
        var section = _sections.Read(name, ModelSectionKind.Floats);
        if (!shape.SequenceEqual(section.Shape))
        {
            throw new InvalidDataException(
                $"The sections are of another model: '{name}' has the shape {SectionShape.TextOf(section.Shape)}, "
                + $"but {SectionShape.TextOf(shape)} is needed.");
        }
        return SectionBytes.ToFloats(section.Data.Span);
    }

    /// <summary>Reads the shape of floats, for a section whose shape is known only from what was saved.</summary>
    /// <param name="name">The section's name.</param>
    /// <returns>The dimensions, outermost first.</returns>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type.</exception>
    public ReadOnlySpan<int> ShapeOf(string name) => _sections.Read(name, ModelSectionKind.Floats).Shape;

    /// <summary>Reads a number.</summary>
    /// <param name="name">The section's name.</param>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type.</exception>
    public long Number(string name) => BinaryPrimitives.ReadInt64LittleEndian(_sections.Read(name, ModelSectionKind.Number).Data.Span);

    /// <summary>Reads a text.</summary>
    /// <param name="name">The section's name.</param>
    /// <exception cref="InvalidDataException">There is no such section, or it has another type, or is no valid text.</exception>
    public string Text(string name)
    {
        try
        {
            return StoredNames.Utf8.GetString(_sections.Read(name, ModelSectionKind.Text).Data.Span);
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
    public ReadOnlySpan<byte> Bytes(string name) => _sections.Read(name, ModelSectionKind.Bytes).Data.Span;

    /// <summary>Whether there is a section of a name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _sections.Find(name) is not null;

    /// <summary>Whether a section holds floats; false where there is none of the name.</summary>
    /// <param name="name">The name.</param>
    public bool IsFloats(string name) => _sections.Find(name)?.Kind == ModelSectionKind.Floats;

    /// <summary>Takes a section out, so that another can be added under its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name) => _sections.Remove(name);

    /// <summary>Refuses sections that were not read: they are another model's, and would be lost.</summary>
    /// <exception cref="InvalidDataException">There are some; the message names them.</exception>
    public void RequireAllRead() => _sections.RequireAllRead();

    internal void Add(ModelSection section) => _sections.Add(section);
}
