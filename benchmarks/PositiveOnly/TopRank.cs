namespace PositiveOnly;

/// <summary>Ranks as the library does: the larger score first, and of equal scores the lower id.</summary>
internal static class TopRank
{
    /// <summary>How many places count.</summary>
    public const int Places = 20;

    /// <summary>Whether an item is among the first; one without a score is not.</summary>
    public static bool Holds<T>(Dictionary<long, T> scores, long item)
        where T : struct, IComparable<T>
    {
        if (!scores.TryGetValue(item, out var own)) return false;
        var before = 0;
        foreach (var (other, score) in scores)
        {
            var order = score.CompareTo(own);
            if ((order > 0 || (order == 0 && other < item)) && ++before == Places) return false;
        }
        return true;
    }
}
