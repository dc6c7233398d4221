using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Soak;

/// <summary>What a pass over the days leaves behind.</summary>
internal sealed record PassState(long Rows, long AccountedBytes, long ResidentBytes)
{
    public static PassState Now(EmbeddingTableSet set)
    {
        GC.Collect();
        return new PassState(set.Count, set.MemoryBytes, Environment.WorkingSet);
    }
}
