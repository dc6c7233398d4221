namespace PositiveOnly;

/// <summary>The best-sellers of the newest choices.</summary>
internal static class Popularity
{
    /// <summary>Recall of those of the last days, from an event on.</summary>
    public static double OfDays(Event[] events, double days, int from) =>
        Of(events, from, 1, (oldest, now) => events[oldest].At < events[now].At.AddDays(-days));

    /// <summary>Recall of those of the last events, from an event on, of which each n-th is ranked.</summary>
    public static double OfEvents(Event[] events, int count, int from, int everyNth) =>
        Of(events, from, everyNth, (oldest, now) => oldest < now - count);

    private static double Of(Event[] events, int from, int everyNth, Func<int, int, bool> isOld)
    {
        var counts = new Dictionary<long, int>();
        var (oldest, hits, ranked) = (0, 0, 0);
        for (var now = 0; now < events.Length; now++)
        {
            for (; oldest < now && isOld(oldest, now); oldest++)
            {
                if (--counts[events[oldest].Item] == 0) counts.Remove(events[oldest].Item);
            }
            if (now >= from && now % everyNth == 0)
            {
                ranked++;
                if (TopRank.Holds(counts, events[now].Item)) hits++;
            }
            counts[events[now].Item] = counts.GetValueOrDefault(events[now].Item) + 1;
        }
        return (double)hits / ranked;
    }
}
