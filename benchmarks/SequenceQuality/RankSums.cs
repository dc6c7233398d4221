namespace SequenceQuality;

/// <summary>
/// What the ranks of one relevant item each come to: the share within k (hit rate and recall alike), NDCG, 1 / log2(1 + rank) within k, and
/// MRR, 1 / rank within k.
/// </summary>
internal sealed class RankSums(params int[] cuts)
{
    private readonly long[] _hits = new long[cuts.Length];
    private readonly double[] _gains = new double[cuts.Length], _reciprocals = new double[cuts.Length];

    public int Count { get; private set; }

    /// <summary>Adds a rank from 1; 0 for an item that is not ranked.</summary>
    public void Add(int rank)
    {
        Count++;
        for (var i = 0; rank > 0 && i < cuts.Length; i++)
        {
            if (rank > cuts[i]) continue;
            _hits[i]++;
            _gains[i] += 1 / Math.Log2(1 + rank);
            _reciprocals[i] += 1.0 / rank;
        }
    }

    public double Recall(int cut) => (double)_hits[Array.IndexOf(cuts, cut)] / Count;

    public double Ndcg(int cut) => _gains[Array.IndexOf(cuts, cut)] / Count;

    public double Mrr(int cut) => _reciprocals[Array.IndexOf(cuts, cut)] / Count;

    /// <summary>The rank of an item: 1 and how many have a larger score, or the same and a smaller place.</summary>
    /// <param name="scores">The scores of all items.</param>
    /// <param name="place">Which item.</param>
    /// <param name="removed">Places that do not count, the item's own not among them.</param>
    public static int RankOf(ReadOnlySpan<float> scores, int place, HashSet<int>? removed = null)
    {
        var (own, rank) = (scores[place], 1);
        for (var i = 0; i < scores.Length; i++)
        {
            if ((scores[i] > own || (scores[i] == own && i < place)) && removed?.Contains(i) != true) rank++;
        }
        return rank;
    }

    /// <summary>The same among items that have a score at all; 0 for one that has none. Equal scores stand by their ids.</summary>
    public static int RankOf(Dictionary<long, double> scores, long item)
    {
        if (!scores.TryGetValue(item, out var own)) return 0;
        var rank = 1;
        foreach (var (other, score) in scores)
        {
            if (score > own || (score == own && other < item)) rank++;
        }
        return rank;
    }
}
