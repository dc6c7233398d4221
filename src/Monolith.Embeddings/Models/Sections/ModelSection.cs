namespace Monolith.Embeddings.Models.Sections;

/// <summary>One named part of a model's state.</summary>
/// <param name="Name">The name, unique in the model.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Role">What they are needed for.</param>
/// <param name="Shape">The dimensions of floats, outermost first; empty for other kinds.</param>
/// <param name="Data">The bytes, little-endian.</param>
internal sealed record ModelSection(string Name, ModelSectionKind Kind, SectionRole Role, int[] Shape, ReadOnlyMemory<byte> Data)
{
    public override string ToString() =>
        Kind == ModelSectionKind.Floats ? $"floats {SectionShape.TextOf(Shape)}" : $"{Kind} of {Data.Length} bytes";
}
