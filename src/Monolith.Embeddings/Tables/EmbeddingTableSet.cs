namespace Monolith.Embeddings.Tables;

/// <summary>The tables of a model.</summary>
public sealed partial class EmbeddingTableSet
{
}
