namespace SequenceQuality.Clicks;

/// <summary>
/// V-SKNN (Ludewig and Jannach 2018, arXiv 1803.09587): the sessions most like this one, in which later clicks weigh more, and what they
/// clicked.
/// </summary>
/// <remarks>
/// Among the m newest sessions with an item of this one: similarity = the sum over shared items of the place of its newest click here / how
/// many clicks there are. Of the k most similar each adds to its items: similarity / clicks since the newest shared item, times ln(sessions
/// / sessions with the item) where items are weighted.
/// </remarks>
internal sealed class SessionNeighbours
{
    private readonly long[][] _sessions;
    private readonly Dictionary<long, List<int>> _ofItem = [];

    /// <param name="sessions">In the order of their ends.</param>
    public SessionNeighbours(IEnumerable<long[]> sessions)
    {
        _sessions = [.. sessions.Select(session => session.Distinct().ToArray())];
        for (var i = 0; i < _sessions.Length; i++)
        {
            foreach (var item in _sessions[i])
            {
                if (!_ofItem.TryGetValue(item, out var having)) _ofItem.Add(item, having = []);
                having.Add(i);
            }
        }
    }

    /// <summary>The sessions most like this one, the most similar first.</summary>
    /// <param name="history">What the session clicked.</param>
    /// <param name="newest">How many of the newest sessions are looked at: m.</param>
    /// <param name="neighbours">How many of them count: k.</param>
    public (int Session, double Similarity)[] Nearest(long[] history, int newest, int neighbours) =>
    [
        .. Similarities(history, newest).OrderByDescending(pair => pair.Key).Take(newest)
            .OrderByDescending(pair => pair.Value).Take(neighbours).Select(pair => (pair.Key, pair.Value)),
    ];

    /// <param name="history">What the session clicked.</param>
    /// <param name="nearest">The sessions most like it.</param>
    /// <param name="isWeighted">Whether rare items count more.</param>
    public Dictionary<long, double> Score(long[] history, ReadOnlySpan<(int Session, double Similarity)> nearest, bool isWeighted)
    {
        var scores = new Dictionary<long, double>();
        foreach (var (session, similarity) in nearest)
        {
            var items = _sessions[session];
            var ago = 1;
            while (!items.Contains(history[^ago])) ago++;
            foreach (var item in items)
            {
                var weight = isWeighted ? Math.Log((double)_sessions.Length / _ofItem[item].Count) : 1;
                scores[item] = scores.GetValueOrDefault(item) + similarity / ago * weight;
            }
        }
        return scores;
    }

    // A session that is among the newest of all is among the newest of each of its items.
    private Dictionary<int, double> Similarities(long[] history, int newest)
    {
        var similarities = new Dictionary<int, double>();
        foreach (var item in history.Distinct())
        {
            if (!_ofItem.TryGetValue(item, out var having)) continue;
            var weight = (Array.LastIndexOf(history, item) + 1.0) / history.Length;
            for (var i = Math.Max(0, having.Count - newest); i < having.Count; i++)
                similarities[having[i]] = similarities.GetValueOrDefault(having[i]) + weight;
        }
        return similarities;
    }
}
