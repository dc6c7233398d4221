using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

/// <summary>Ranks the rows of a table for a pass, in a few walks over all of them.</summary>
/// <param name="table">The table.</param>
/// <param name="begin">Begins the ranking, where one is needed: rows that are written with its number or a later one are kept.</param>
/// <param name="cancellationToken">Stops between two slices.</param>
internal sealed class RowRanking(EmbeddingTable table, Func<uint> begin, CancellationToken cancellationToken) : IRowRanking
{
    private uint? _stamp;

    /// <summary>Whether a ranking was needed.</summary>
    public bool HasBegun => _stamp is not null;

    public uint Stamp => _stamp ??= begin();

    public RowRank BoundBelowBest(EvictionPolicy score, long kept)
    {
        var (stamp, histogram) = (Stamp, new RankHistogram(kept));
        do
        {
            table.CountRanks(score, stamp, histogram, cancellationToken);
        }
        while (histogram.TryNarrow());
        return RowRank.FromNumber(histogram.Bound);
    }
}
