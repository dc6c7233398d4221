using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>Statistics without what is each set's own: how much memory it takes, and where ids lie.</summary>
internal static class LogicalStatistics
{
    public static EmbeddingTableStatistics Of(EmbeddingTableStatistics told) => told with
    {
        Bytes = new(),
        IndexPlaces = 0,
        IndexGrowths = 0,
        OverflowIds = 0,
        Displacements = new(),
    };
}
