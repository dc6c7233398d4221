using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>Ranks the rows of a table for a pass, in a few walks over all of them.</summary>
/// <param name="rules">The table's rules.</param>
/// <param name="walk">Shows all rows of the table, one by one.</param>
/// <param name="begin">Begins the ranking, where one is needed: rows that are written with its number or a later one are kept.</param>
internal sealed class RowRanking(TableRules rules, Action<Action<Row>> walk, Func<uint> begin) : IRowRanking
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
            walk(row =>
            {
                if (row.Stamp < stamp) histogram.Add(rules.RankOf(score, row));
                else histogram.AddKept();
            });
        }
        while (histogram.TryNarrow());
        return histogram.Bound;
    }
}
