using FsCheck;
using FsCheck.Fluent;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Tests.Hashing;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

public class SelectionTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(300);

    [Test]
    public void The_lowest_ranks_come_first_and_the_highest_of_them_last([Values(1, 2, 5, 1000)] int scores) =>
        Prop.ForAll(Ranks(scores), ranks =>
        {
            RowRank[] sorted = [.. Sorted(ranks)];
            for (var count = 1; count <= ranks.Length; count += 1 + ranks.Length / 20)
            {
                RowRank[] selected = [.. ranks];
                Selection.PutLowestFirst(selected, count);
                Assert.That(Sorted(selected[..count]), Is.EqualTo(sorted[..count]));
                Assert.That(selected[count - 1], Is.EqualTo(sorted[count - 1]));
                Assert.That(Sorted(selected), Is.EqualTo(sorted), "a rank was lost");
            }
        }).Check(Runs);

    [Test]
    public void The_worst_of_a_stream_are_those_that_sorting_finds([Values(1, 2, 1000)] int scores, [Values(1, 7, 300)] int wanted)
    {
        var account = new MemoryAccount(1 << 20);
        Prop.ForAll(Ranks(scores), few =>
        {
            // Long enough to fill the collection several times, no rank twice, as rows have it.
            RowRank[] ranks =
                [.. Enumerable.Range(0, 10).SelectMany(i => few.Select(r => r with { MixedId = r.MixedId * 10 + (ulong)i })).Distinct()];
            RowRank[] expected = [.. Sorted(ranks).Take(wanted)];
            using var worst = new WorstRows(wanted, account);
            foreach (var rank in ranks)
            {
                if (worst.IsFull) worst.Select();
                worst.Add(rank);
            }
            long[] ids = [.. worst.SelectIds()];
            Assert.That(ids, Is.EquivalentTo(expected.Select(r => KeyUnmixer.Id(r.MixedId))));
            if (ranks.Length >= wanted) Assert.That(worst.Bound, Is.EqualTo(expected[^1]));
        }).Check(Runs.WithMaxTest(100));
        Assert.That(account.Bytes, Is.Zero);
    }

    [Test]
    public void Scores_are_ranked_as_numbers_and_NaN_below_all()
    {
        double[] scores = [double.NaN, double.NegativeInfinity, double.MinValue, -1.5, -1, -double.Epsilon, 0, double.Epsilon, 1, 1.5,
            uint.MaxValue, double.MaxValue, double.PositiveInfinity];
        for (var i = 1; i < scores.Length; i++)
        {
            Assert.That(RowRank.Of(scores[i - 1], ulong.MaxValue) < RowRank.Of(scores[i], 0), $"{scores[i - 1]} < {scores[i]}");
            Assert.That(RowRank.Of(scores[i], 1) > RowRank.Of(scores[i], 0), "ids break ties");
        }
        Assert.That(RowRank.Of(-0.0, 5), Is.EqualTo(RowRank.Of(0.0, 5)));
        Assert.That(RowRank.Of(double.PositiveInfinity, ulong.MaxValue) < RowRank.Highest);
    }

    private static IEnumerable<RowRank> Sorted(IEnumerable<RowRank> ranks) => ranks.OrderBy(r => r.Score).ThenBy(r => r.MixedId);

    // Few scores and few ids make many ties, equal ranks among them.
    private static Arbitrary<RowRank[]> Ranks(int scores) =>
        Gen.Choose(0, scores - 1).SelectMany(_ => Gen.Choose(0, 500), (score, id) => RowRank.Of(score, (ulong)id)).NonEmptyListOf()
            .Select(list => list.ToArray()).ToArbitrary();
}
