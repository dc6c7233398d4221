namespace Monolith.Embeddings.Eviction;

/// <summary>Ranks the rows of a table for a pass.</summary>
internal interface IRowRanking
{
    /// <summary>Rows written from this moment on are not judged by their rank.</summary>
    uint Stamp { get; }

    /// <summary>The rank below which all rows lie but the best ones.</summary>
    /// <param name="score">Says how good rows are.</param>
    /// <param name="kept">How many are kept, at least 1.</param>
    RowRank BoundBelowBest(EvictionPolicy score, long kept);
}
