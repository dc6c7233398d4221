using SequenceQuality;
using SequenceQuality.Clicks;

namespace Monolith.Embeddings.TorchSharp.Tests.Sequences;

/// <summary>The measures, the neighbours and the model of benchmarks/SequenceQuality, on sessions that can be counted by hand.</summary>
public class SequenceQualityTests
{
    private static readonly long[][] Sessions = [[1, 2], [1, 2, 3], [2, 3, 3], [4]];

    [Test]
    public void A_rank_counts_the_larger_scores_and_equal_ones_before_it()
    {
        float[] scores = [3, 1, 2, 2, 5];
        Assert.That(RankSums.RankOf(scores, 4), Is.EqualTo(1));
        Assert.That(RankSums.RankOf(scores, 2), Is.EqualTo(3));
        Assert.That(RankSums.RankOf(scores, 3), Is.EqualTo(4));
        Assert.That(RankSums.RankOf(scores, 3, [0, 2, 1]), Is.EqualTo(2));
        var some = new Dictionary<long, double> { [7] = 1, [5] = 1, [6] = 2 };
        Assert.That(new[] { 5L, 6, 7, 8 }.Select(item => RankSums.RankOf(some, item)), Is.EqualTo(new[] { 2, 1, 3, 0 }));
    }

    [Test]
    public void Sums_are_those_of_the_ranks()
    {
        var sums = new RankSums(1, 3);
        foreach (var rank in new[] { 1, 3, 4, 0 }) sums.Add(rank);
        Assert.That((sums.Count, sums.Recall(1), sums.Recall(3)), Is.EqualTo((4, 0.25, 0.5)));
        Assert.That((sums.Ndcg(1), sums.Ndcg(3)), Is.EqualTo((0.25, (1 + 0.5) / 4)));
        Assert.That(sums.Mrr(3), Is.EqualTo((1 + 1.0 / 3) / 4).Within(1e-12));
    }

    [Test]
    public void Items_score_by_their_cosines_with_the_newest_clicks()
    {
        var neighbours = new ItemNeighbours(Sessions);
        // 1 stands in two sessions, 2 in three, 3 in two; 1 and 2 in two together, 2 and 3 in two, 1 and 3 in one.
        var (ofTwo, ofThree) = (2 / Math.Sqrt(6), 1 / Math.Sqrt(4));
        var scores = neighbours.Score([2, 1], recent: 2, self: 0.5);
        Assert.That(scores[1], Is.EqualTo(0.5 + ofTwo / 2).Within(1e-12));
        Assert.That(scores[2], Is.EqualTo(ofTwo + 0.5 / 2).Within(1e-12));
        Assert.That(scores[3], Is.EqualTo(ofThree + ofTwo / 2).Within(1e-12));
        Assert.That(scores, Has.Count.EqualTo(3));
        Assert.That(neighbours.Score([2, 1], recent: 1, self: 0).Keys, Is.EquivalentTo(new long[] { 2, 3 }));
        Assert.That(neighbours.Score([9], recent: 1, self: 0), Is.Empty);
    }

    [Test]
    public void Sessions_score_by_the_places_of_what_they_share()
    {
        var neighbours = new SessionNeighbours(Sessions);
        // Of [1, 3] the first session shares 1, at 1/2; the second both, at 1/2 + 1; the third 3, at 1.
        var scores = Score(10, 10, false);
        Assert.That(scores[1], Is.EqualTo(0.5 / 2 + 1.5).Within(1e-12));
        Assert.That(scores[2], Is.EqualTo(0.5 / 2 + 1.5 + 1).Within(1e-12));
        Assert.That(scores[3], Is.EqualTo(1.5 + 1).Within(1e-12));
        Assert.That(Score(10, 1, false).Values, Is.EqualTo(new[] { 1.5, 1.5, 1.5 }));
        var weighted = Score(10, 1, true);
        Assert.That(weighted[2], Is.EqualTo(1.5 * Math.Log(4.0 / 3)).Within(1e-12));
        // The newest with one of both is the third session.
        Assert.That(Score(1, 10, false).Keys, Is.EquivalentTo(new long[] { 2, 3 }));

        Dictionary<long, double> Score(int newest, int count, bool isWeighted) =>
            neighbours.Score([1, 3], neighbours.Nearest([1, 3], newest, count), isWeighted);
    }

    [Test]
    public void Each_nth_click_behind_the_first_is_asked_for()
    {
        var clicks = new NextClicks(Sessions, every: 2);
        Assert.That(clicks.Nexts, Is.EqualTo(new long[] { 2, 3, 3 }));
        Assert.That(clicks.Histories, Is.EqualTo(new long[][] { [1], [1, 2], [2, 3] }));
    }

    [Test]
    public void A_model_learns_which_item_follows([Values(1, 4)] int sortedBatches)
    {
        const int Items = 12;
        using var model = new SequenceModel([.. Enumerable.Range(1, Items).Select(item => (long)item)], new SequenceSettings
        {
            Length = 6,
            Width = 16,
            Dropout = 0,
            Negatives = 4,
            SharesNegatives = true,
            BatchSize = 8,
            Rate = 0.01f,
            Seed = 1,
            SortedBatches = sortedBatches,
        });
        long[][] sequences = [.. Enumerable.Range(0, 48).Select(i => Enumerable.Range(0, 2 + i % 6).Select(t => Cycle(i + t)).ToArray())];
        var asked = new NextClicks(sequences, every: 1);
        var before = asked.Rank(model).Mrr(20);
        for (var epoch = 0; epoch < 25; epoch++) model.Learn(sequences);
        Assert.That(asked.Rank(model).Mrr(20), Is.GreaterThan(0.9).And.GreaterThan(before));

        static long Cycle(int place) => 1 + place * 5 % Items;
    }
}
