namespace PositiveOnly;

/// <summary>What needs no model: what the session clicked, and what is clicked together with it.</summary>
internal static class Sessions
{
    /// <summary>
    /// Recall of the items of the user's own choices before, the most frequent first and then the newest, filled up by the best-sellers of
    /// the last events.
    /// </summary>
    public static double Own(Event[] events, int count, int from, int everyNth)
    {
        var (popular, own) = (new Dictionary<long, int>(), new Dictionary<long, Dictionary<long, double>>());
        var (hits, ranked) = (0, 0);
        for (var now = 0; now < events.Length; now++)
        {
            var (user, item) = (events[now].User, events[now].Item);
            if (now >= count && --popular[events[now - count].Item] == 0) popular.Remove(events[now - count].Item);
            if (!own.TryGetValue(user, out var chosen)) own.Add(user, chosen = []);
            if (now >= from && now % everyNth == 0)
            {
                ranked++;
                if (TopRank.Holds(Joined(chosen, popular), item)) hits++;
            }
            // A choice counts 1, and its place in the stream decides among equals.
            chosen[item] = Math.Floor(chosen.GetValueOrDefault(item)) + 1 + (double)now / events.Length / 2;
            popular[item] = popular.GetValueOrDefault(item) + 1;
        }
        return (double)hits / ranked;
    }

    /// <summary>
    /// Recall of item-kNN: an item's score is the sum of its cosines with the newest items of the user, over users who chose both among
    /// all events before: pairs / sqrt(users of one x users of the other).
    /// </summary>
    public static double Neighbours(Event[] events, int from, int everyNth, int recent)
    {
        var (chosen, users) = (new Dictionary<long, List<long>>(), new Dictionary<long, int>());
        var together = new Dictionary<long, Dictionary<long, int>>();
        var (hits, ranked) = (0, 0);
        for (var now = 0; now < events.Length; now++)
        {
            var (user, item) = (events[now].User, events[now].Item);
            if (!chosen.TryGetValue(user, out var before)) chosen.Add(user, before = []);
            if (now >= from && now % everyNth == 0)
            {
                ranked++;
                if (TopRank.Holds(Cosines(before.TakeLast(recent), users, together), item)) hits++;
            }
            if (before.Contains(item)) continue;
            users[item] = users.GetValueOrDefault(item) + 1;
            foreach (var other in before)
            {
                Count(together, item, other);
                Count(together, other, item);
            }
            before.Add(item);
        }
        return (double)hits / ranked;
    }

    private static Dictionary<long, double> Cosines(
        IEnumerable<long> recent, Dictionary<long, int> users, Dictionary<long, Dictionary<long, int>> together)
    {
        var scores = new Dictionary<long, double>();
        foreach (var known in recent)
        {
            // An item is its own nearest neighbour.
            scores[known] = scores.GetValueOrDefault(known) + 1;
            foreach (var (other, pairs) in together.GetValueOrDefault(known) ?? [])
                scores[other] = scores.GetValueOrDefault(other) + pairs / Math.Sqrt((double)users[known] * users[other]);
        }
        return scores;
    }

    private static void Count(Dictionary<long, Dictionary<long, int>> together, long item, long other)
    {
        if (!together.TryGetValue(item, out var counts)) together.Add(item, counts = []);
        counts[other] = counts.GetValueOrDefault(other) + 1;
    }

    private static Dictionary<long, double> Joined(Dictionary<long, double> chosen, Dictionary<long, int> popular)
    {
        var scores = new Dictionary<long, double>(chosen.Count + popular.Count);
        foreach (var (item, count) in popular) scores[item] = count / 1e9;
        foreach (var (item, count) in chosen) scores[item] = count;
        return scores;
    }
}
