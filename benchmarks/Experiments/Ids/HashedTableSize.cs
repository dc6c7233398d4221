namespace Experiments.Ids;

/// <summary>What hashing values into a table of fixed size does to them.</summary>
internal static class HashedTableSize
{
    /// <summary>The expected number of distinct rows of n values in m rows: m (1 - (1 - 1/m)^n).</summary>
    public static double ExpectedDistinct(long values, long rows) => -rows * double.ExpM1(values * LogOfMiss(rows));

    /// <summary>The size of a table in which a share of the values is expected to have no row of its own: 1 - distinct / n.</summary>
    /// <param name="values">How many values there are, at least 2.</param>
    /// <param name="share">The share, over 0 and below 1.</param>
    public static long RowsFor(long values, double share)
    {
        var (low, high) = (1L, (long)Math.Ceiling(values / share) + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (1 - ExpectedDistinct(values, middle) / values > share) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static double LogOfMiss(long rows) => rows == 1 ? double.NegativeInfinity : double.LogP1(-1.0 / rows);
}
