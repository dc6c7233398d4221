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
        var stamp = Stamp;
        using var histogram = new RankHistogram(kept);
        do
        {
            Count(score, stamp, histogram);
        }
        while (histogram.TryNarrow());
        return RowRank.FromNumber(histogram.Bound);
    }

    /// <summary>Adds all rows to a histogram. Those written at a stamp or later are kept whatever their rank is.</summary>
    public void Count(EvictionPolicy score, uint stamp, RankHistogram histogram)
    {
        walk(row =>
        {
            if (row.Stamp < stamp) histogram.Add(rules.RankOf(score, row));
            else histogram.AddKept();
        });
    }
}
