using System.Diagnostics;

namespace SequenceQuality.Films;

/// <summary>
/// The public yardstick: each user's last film among all films, those of the history removed. The epoch is chosen by the film before it.
/// </summary>
internal static class FilmReport
{
    private static readonly int[] Cuts = [10, 50, 200];

    public static void Write(TextWriter log, long[][] users, SequenceSettings settings, int epochs, int every)
    {
        long[] items = [.. users.SelectMany(user => user).Distinct().Order()];
        var places = items.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        users = [.. users.Where(user => user.Length >= 3)];
        log.WriteLine($"{users.Length} users of at least 3 films, {items.Length} films, {users.Sum(user => (long)user.Length)} ratings");
        log.WriteLine("what, epoch, minutes, HR@10, NDCG@10, HR@50, HR@200");
        var train = users.Select(user => user[..^2]).ToArray();
        WriteLine(log, "best-sellers, test", 0, 0, Popularity(users, places));
        using var model = new SequenceModel(items, settings);
        var (watch, best, ofBest) = (Stopwatch.StartNew(), (RankSums?)null, (RankSums?)null);
        long[][] learned = [.. train.Where(sequence => sequence.Length > 1)];
        var bestEpoch = 0;
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            model.Learn(learned);
            if (epoch % every != 0 && epoch != epochs) continue;
            var found = Evaluate(model, [.. users.Select(user => user[..^1])], places);
            WriteLine(log, "SASRec, validation", epoch, watch.Elapsed.TotalMinutes, found);
            if (best is not null && found.Ndcg(10) <= best.Ndcg(10)) continue;
            (best, ofBest, bestEpoch) = (found, Evaluate(model, users, places), epoch);
        }
        WriteLine(log, "SASRec, test at the best of validation", bestEpoch, watch.Elapsed.TotalMinutes, ofBest!);
        WriteLine(log, "SASRec, test at the end", epochs, watch.Elapsed.TotalMinutes, Evaluate(model, users, places));
    }

    // The last film of each is to be found behind those before it.
    private static RankSums Evaluate(SequenceModel model, long[][] users, Dictionary<long, int> places)
    {
        var ranks = new RankSums(Cuts);
        model.Score([.. users.Select(user => user[..^1])], (user, scores) => Add(ranks, users[user], scores, places));
        return ranks;
    }

    private static RankSums Popularity(long[][] users, Dictionary<long, int> places)
    {
        var (counts, ranks) = (new float[places.Count], new RankSums(Cuts));
        foreach (var item in users.SelectMany(user => user[..^1])) counts[places[item]]++;
        foreach (var user in users) Add(ranks, user, counts, places);
        return ranks;
    }

    private static void Add(RankSums ranks, long[] user, ReadOnlySpan<float> scores, Dictionary<long, int> places)
    {
        var seen = user[..^1].Select(item => places[item]).ToHashSet();
        seen.Remove(places[user[^1]]);
        ranks.Add(RankSums.RankOf(scores, places[user[^1]], seen));
    }

    private static void WriteLine(TextWriter log, string what, int epoch, double minutes, RankSums ranks) => log.WriteLine(
        $"{what}, {epoch}, {minutes:F1}, {ranks.Recall(10):F4}, {ranks.Ndcg(10):F4}, {ranks.Recall(50):F4}, {ranks.Recall(200):F4}");
}
