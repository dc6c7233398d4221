using System.Diagnostics;

namespace SequenceQuality.Clicks;

/// <summary>
/// The next click of the sessions of the last day among all items, repeats allowed, learned from the days before. Settings, and the number
/// of epochs, are chosen on the day before the last.
/// </summary>
internal static class ClickReport
{
    private static readonly int[] Recent = [1, 2, 3, 5, 10], Newest = [1000, 5000, 10_000], Neighbours = [100, 200, 500, 1000];
    private static readonly double[] Selves = [0, 0.1, 0.2, 0.5, 1, 2, 4];
    private static readonly bool[] Weighted = [false, true];

    public static void Write(TextWriter log, long[][][] days, SequenceSettings settings, int epochs, int every)
    {
        log.WriteLine($"{days.Length} days, {days.Sum(day => day.Length)} sessions, {days.Sum(day => day.Sum(s => s.Length))} clicks");
        var (before, chosen) = (days[..^2].SelectMany(day => day).ToArray(), new NextClicks(days[^2], every));
        var (learned, asked) = (days[..^1].SelectMany(day => day).ToArray(), new NextClicks(days[^1], every));
        log.WriteLine($"{chosen.Nexts.Length} next clicks choose, {asked.Nexts.Length} are asked for: each {every}th of their days");
        log.WriteLine("what, minutes, recall@20, MRR@20");
        Items(log, before, chosen, learned, asked);
        Sessions(log, before, chosen, learned, asked);
        var best = Epochs(log, "SASRec chooses", before, chosen, settings, epochs);
        Epochs(log, "SASRec", learned, asked, settings, best);
    }

    private static void Items(TextWriter log, long[][] before, NextClicks chosen, long[][] learned, NextClicks asked)
    {
        var grid = from recent in Recent from self in Selves select (recent, self);
        var (early, watch) = (new ItemNeighbours(before), Stopwatch.StartNew());
        var best = grid.MaxBy(s => chosen.Rank(history => early.Score(history, s.recent, s.self)).Recall(20));
        var all = new ItemNeighbours(learned);
        WriteLine(log, $"item-kNN of the last {best.recent}; itself {best.self}", watch,
            asked.Rank(history => all.Score(history, best.recent, best.self)));
    }

    private static void Sessions(TextWriter log, long[][] before, NextClicks chosen, long[][] learned, NextClicks asked)
    {
        var (early, watch) = (new SessionNeighbours(before), Stopwatch.StartNew());
        var (best, bestRecall) = ((Newest: 0, Neighbours: 0, IsWeighted: false), -1.0);
        foreach (var newest in Newest)
        {
            // The nearest are found once for all that is chosen of them.
            var nearest = chosen.Histories.Select(history => early.Nearest(history, newest, Neighbours[^1])).ToArray();
            foreach (var neighbours in Neighbours)
            {
                foreach (var isWeighted in Weighted)
                {
                    var recall = chosen.RankByPlace(click =>
                    {
                        var counted = nearest[click].AsSpan(0, Math.Min(neighbours, nearest[click].Length));
                        return early.Score(chosen.Histories[click], counted, isWeighted);
                    }).Recall(20);
                    if (recall > bestRecall) (best, bestRecall) = ((newest, neighbours, isWeighted), recall);
                }
            }
        }
        var all = new SessionNeighbours(learned);
        WriteLine(log, $"V-SKNN of {best.Neighbours} of {best.Newest}{(best.IsWeighted ? "; items weighted" : "")}", watch,
            asked.Rank(history => all.Score(history, all.Nearest(history, best.Newest, best.Neighbours), best.IsWeighted)));
    }

    // The epoch with the best recall.
    private static int Epochs(TextWriter log, string what, long[][] sessions, NextClicks asked, SequenceSettings settings, int epochs)
    {
        using var model = new SequenceModel([.. sessions.SelectMany(session => session).Distinct().Order()], settings);
        long[][] learned = [.. sessions.Where(session => session.Length > 1)];
        var (watch, best, bestRecall) = (Stopwatch.StartNew(), 0, -1.0);
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            model.Learn(learned);
            var ranks = asked.Rank(model);
            WriteLine(log, $"{what}; epoch {epoch}", watch, ranks);
            if (ranks.Recall(20) > bestRecall) (best, bestRecall) = (epoch, ranks.Recall(20));
        }
        return best;
    }

    private static void WriteLine(TextWriter log, string what, Stopwatch watch, RankSums ranks) =>
        log.WriteLine($"{what}, {watch.Elapsed.TotalMinutes:F1}, {ranks.Recall(20):F4}, {ranks.Mrr(20):F4}");
}
