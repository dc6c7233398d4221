using Monolith.Embeddings.Tables;

namespace TableRatios.Workloads;

/// <summary>How full a table's index is on average.</summary>
internal static class IndexFill
{
    private const int Slots = 8, SmallestBuckets = 2;

    /// <summary>
    /// Rows by places, worked out from the number of growths: a stripe's buckets grow by a quarter each time, and as stripes of random ids are
    /// equally full, no two are more than one growth apart.
    /// </summary>
    public static double Mean(EmbeddingTable table, int stripes)
    {
        var statistics = table.GetStatistics();
        var (rounds, ahead) = Math.DivRem(statistics.IndexGrowths, stripes);
        var buckets = (long)SmallestBuckets;
        for (var growth = 0; growth < rounds; growth++) buckets = Grown(buckets);
        var places = Slots * ((stripes - ahead) * buckets + ahead * Grown(buckets));
        return (double)statistics.Rows / places;
    }

    private static long Grown(long buckets) => buckets + Math.Max(1, buckets / 4);
}
