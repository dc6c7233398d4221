namespace Monolith.Embeddings.Models.Sections;

/// <summary>What the bytes of a section are; the numbers stand in files.</summary>
internal enum ModelSectionKind : byte
{
    Floats,
    Number,
    Text,
    Bytes,
}
