namespace Monolith.Embeddings.Features.Rows;

/// <summary>Asks which parts a row has.</summary>
internal static class ExampleRowPartsExtensions
{
    // HasFlag boxes until the code is optimized.
    public static bool Has(this ExampleRowParts parts, ExampleRowParts part) => (parts & part) != 0;
}
