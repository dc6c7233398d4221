namespace SequenceQuality.Clicks;

/// <summary>Each nth next click of a day: what a session clicked before, and what it clicked then.</summary>
internal sealed class NextClicks
{
    public NextClicks(long[][] sessions, int every)
    {
        var all = sessions.SelectMany(session => Enumerable.Range(1, Math.Max(0, session.Length - 1)).Select(end => (session, end)));
        (long[] Session, int End)[] chosen = [.. all.Where((_, place) => place % every == 0)];
        Histories = [.. chosen.Select(click => click.Session[..click.End])];
        Nexts = [.. chosen.Select(click => click.Session[click.End])];
    }

    public long[][] Histories { get; }

    public long[] Nexts { get; }

    /// <summary>Ranks each next click by a dictionary of scores.</summary>
    public RankSums Rank(Func<long[], Dictionary<long, double>> score) => RankByPlace(click => score(Histories[click]));

    /// <summary>The same, by the numbers of the clicks.</summary>
    public RankSums RankByPlace(Func<int, Dictionary<long, double>> score)
    {
        var ranks = new RankSums(20);
        for (var i = 0; i < Nexts.Length; i++) ranks.Add(RankSums.RankOf(score(i), Nexts[i]));
        return ranks;
    }

    /// <summary>Ranks each next click by a model; an item that it does not know is not ranked.</summary>
    public RankSums Rank(SequenceModel model)
    {
        var (ranks, places) = (new RankSums(20), model.Items.Index().ToDictionary(pair => pair.Item, pair => pair.Index));
        model.Score(Histories, (i, scores) =>
            ranks.Add(places.TryGetValue(Nexts[i], out var place) ? RankSums.RankOf(scores, place) : 0));
        return ranks;
    }
}
