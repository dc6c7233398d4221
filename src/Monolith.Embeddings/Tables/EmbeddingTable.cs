namespace Monolith.Embeddings.Tables;

/// <summary>A table.</summary>
public sealed partial class EmbeddingTable
{
}
