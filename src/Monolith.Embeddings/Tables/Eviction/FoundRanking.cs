using Monolith.Embeddings.Eviction;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Bounds that were found elsewhere, in the order in which a policy asks for them.</summary>
/// <param name="stamp">The number at which the ranking began.</param>
/// <param name="bounds">The bounds.</param>
internal sealed class FoundRanking(uint stamp, IReadOnlyList<UInt128> bounds) : IRowRanking
{
    private int _asked;

    public uint Stamp => stamp;

    public RowRank BoundBelowBest(EvictionPolicy score, long kept) => RowRank.FromNumber(bounds[_asked++]);
}
