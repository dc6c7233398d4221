namespace PositiveOnly;

/// <summary>Gives each choice the user's newest items before it.</summary>
internal static class Contexts
{
    /// <param name="choices">In the order of time.</param>
    /// <param name="count">How many items.</param>
    /// <param name="isFrozen">
    /// Whether choices of one moment, such as the lines of an invoice, do not know each other; otherwise each knows those above it.
    /// </param>
    public static Event[] Of(IEnumerable<Choice> choices, int count, bool isFrozen)
    {
        var users = new Dictionary<long, (DateTimeOffset At, long[] Before, List<long> Now)>();
        var events = new List<Event>();
        foreach (var (user, item, at) in choices)
        {
            if (!users.TryGetValue(user, out var known)) known = (at, [], []);
            else if (!isFrozen || at > known.At) known = (at, [.. known.Before.Concat(known.Now).TakeLast(count)], []);
            events.Add(new Event(user, item, at, known.Before));
            known.Now.Add(item);
            users[user] = known;
        }
        return [.. events];
    }
}
