using Measuring;

namespace BeforeAfter.Tests.Statistics;

public class ZipfRanksTests
{
    private const int Draws = 400_000;

    [Test]
    public void Each_rank_is_drawn_in_proportion_to_its_power(
        [Values(0.5, 0.99, 1.0, 1.05, 2.0)] double exponent, [Values(1, 2, 30)] int count)
    {
        var (ranks, random, drawn) = (new ZipfRanks(count, exponent), new Random(1), new int[count + 1]);
        for (var i = 0; i < Draws; i++) drawn[ranks.Next(random)]++;
        var sum = Enumerable.Range(1, count).Sum(rank => Math.Pow(rank, -exponent));
        Assert.That(drawn[0], Is.Zero);
        for (var rank = 1; rank <= count; rank++)
        {
            var share = Math.Pow(rank, -exponent) / sum;
            // Five standard deviations.
            Assert.That(drawn[rank] / (double)Draws, Is.EqualTo(share).Within(5 * Math.Sqrt(share * (1 - share) / Draws)), $"rank {rank}");
        }
    }

    [Test]
    public void Scattered_ids_are_no_two_alike() =>
        Assert.That(Enumerable.Range(-50_000, 100_000).Select(ScatteredIds.Of), Is.Unique);
}
