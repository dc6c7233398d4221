using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>
/// Finds the lowest of many ranks in linear time, in place (Hoare 1961): quickselect with pivots drawn from a fixed sequence.
/// </summary>
internal static class Selection
{
    /// <summary>
    /// Puts the lowest <paramref name="count"/> ranks first, in any order, except that the highest of them stands last.
    /// </summary>
    /// <param name="ranks">The ranks; they change places.</param>
    /// <param name="count">1 to their number.</param>
    public static void PutLowestFirst(Span<RowRank> ranks, int count)
    {
        var (low, high, wanted) = (0, ranks.Length - 1, count - 1);
        for (var draw = 0UL; low < high; draw++)
        {
            var pivot = ranks[low + (int)(KeyMixer.Draw(KeyMixer.Golden, draw) % (ulong)(high - low + 1))];
            var (upward, downward) = Partition(ranks, low, high, pivot);
            if (wanted <= downward) high = downward;
            else if (wanted >= upward) low = upward;
            else return;
        }
    }

    // Afterwards nothing before `upward` is above the pivot, and nothing behind `downward` is below it. Equal ranks are exchanged as well,
    // so that many of them are split evenly.
    private static (int Upward, int Downward) Partition(Span<RowRank> ranks, int low, int high, RowRank pivot)
    {
        while (low <= high)
        {
            while (ranks[low] < pivot) low++;
            while (pivot < ranks[high]) high--;
            if (low > high) break;
            (ranks[low], ranks[high]) = (ranks[high], ranks[low]);
            low++;
            high--;
        }
        return (low, high);
    }
}
