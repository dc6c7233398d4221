namespace SequenceQuality.Clicks;

/// <summary>
/// Item-kNN: the sum of an item's cosines with the newest items of the session, sessions with both / sqrt(sessions of one x sessions of the
/// other), each divided by how many clicks ago it was.
/// </summary>
internal sealed class ItemNeighbours
{
    private readonly Dictionary<long, int> _sessions = [];
    private readonly Dictionary<long, Dictionary<long, int>> _together = [];

    public ItemNeighbours(IEnumerable<long[]> sessions)
    {
        foreach (var session in sessions)
        {
            var items = session.Distinct().ToArray();
            foreach (var item in items)
            {
                _sessions[item] = _sessions.GetValueOrDefault(item) + 1;
                if (!_together.TryGetValue(item, out var others)) _together.Add(item, others = []);
                foreach (var other in items)
                {
                    if (other != item) others[other] = others.GetValueOrDefault(other) + 1;
                }
            }
        }
    }

    /// <param name="history">What the session clicked.</param>
    /// <param name="recent">How many of its newest clicks count.</param>
    /// <param name="self">The cosine of an item with itself: how likely a repeat is held to be.</param>
    public Dictionary<long, double> Score(long[] history, int recent, double self)
    {
        var scores = new Dictionary<long, double>();
        for (var ago = 1; ago <= Math.Min(recent, history.Length); ago++)
        {
            var item = history[^ago];
            if (self > 0) scores[item] = scores.GetValueOrDefault(item) + self / ago;
            foreach (var (other, count) in _together.GetValueOrDefault(item) ?? [])
                scores[other] = scores.GetValueOrDefault(other) + count / Math.Sqrt((double)_sessions[item] * _sessions[other]) / ago;
        }
        return scores;
    }
}
