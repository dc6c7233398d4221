namespace TorchRecommender.Data;

/// <summary>The newest items of users before each event. A user's items lie in one array, whatever the number of events.</summary>
internal static class Histories
{
    /// <summary>The items of each event's user before it, the oldest first.</summary>
    /// <param name="events">The events in their order: whose, which item, and whether it counts as an item of the user.</param>
    /// <param name="length">How many of the newest.</param>
    public static ArraySegment<long>[] Of(IReadOnlyList<(long User, long Item, bool Counts)> events, int length)
    {
        var items = events.Where(e => e.Counts).GroupBy(e => e.User, e => e.Item)
            .ToDictionary(group => group.Key, group => group.ToArray());
        var (seen, before) = (new Dictionary<long, int>(), new ArraySegment<long>[events.Count]);
        for (var i = 0; i < before.Length; i++)
        {
            var (user, _, counts) = events[i];
            var count = seen.GetValueOrDefault(user);
            var first = Math.Max(0, count - length);
            before[i] = count == 0 ? ArraySegment<long>.Empty : new ArraySegment<long>(items[user], first, count - first);
            if (counts) seen[user] = count + 1;
        }
        return before;
    }
}
