using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables.Ranges;

public class RankHistogramTests
{
    [Test]
    public void The_bound_lies_above_the_lowest_ranks_of_all_places_together([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        // Often many ranks share their upper bits, so that all rounds are needed.
        UInt128[] ranks = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => Rank(random)).Distinct()];
        var lowest = random.Next(0, ranks.Length + 3);
        var sorted = ranks.Order().ToArray();
        var bound = BoundOf(RankHistogram.OfLowest(lowest), ranks, random.Next(1, 5));
        Assert.That(sorted.Count(rank => rank < bound), Is.EqualTo(Math.Min(lowest, ranks.Length)));
        bound = BoundOf(new RankHistogram(lowest), ranks, random.Next(1, 5));
        Assert.That(sorted.Count(rank => rank >= bound), Is.EqualTo(Math.Min(lowest, ranks.Length)));
    }

    [Test]
    public void What_no_round_has_is_refused([Values(-16, 1, 113, 128)] int shift)
    {
        Assert.That(
            () => new RankHistogram(0, shift), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("multiple of 16"));
        Assert.That(() => new RankHistogram(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => RankHistogram.OfLowest(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Bins_of_another_number_are_refused()
    {
        using var histogram = new RankHistogram(1);
        Assert.That(() => histogram.Add(1, 0, new long[3]), Throws.ArgumentException.With.Message.Contains("3"));
        Assert.That(histogram.Rows, Is.Zero);
    }

    [Test]
    public void The_next_histogram_gets_empty_bins()
    {
        var first = RankHistogram.OfLowest(1);
        first.Add(RowRank.FromNumber(5));
        first.Dispose();
        first.Dispose();
        Assert.That(() => first.TryNarrow(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => first.Bins.Length, Throws.TypeOf<ObjectDisposedException>());
        using var second = RankHistogram.OfLowest(1);
        Assert.That(second.Bins.ContainsAnyExcept(0), Is.False);
    }

    private static UInt128 BoundOf(RankHistogram sum, UInt128[] ranks, int places)
    {
        do
        {
            for (var place = 0; place < places; place++)
            {
                using var part = new RankHistogram(sum.Low, sum.Shift);
                for (var i = place; i < ranks.Length; i += places) part.Add(RowRank.FromNumber(ranks[i]));
                sum.Add(part.Rows, part.Below, part.Bins);
            }
        }
        while (sum.TryNarrow());
        sum.Dispose();
        return sum.Bound;
    }

    private static UInt128 Rank(Random random)
    {
        var bits = random.Next(8, 128);
        return new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) >> bits;
    }
}
