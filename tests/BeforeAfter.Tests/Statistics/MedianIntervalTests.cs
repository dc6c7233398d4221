using Measuring;

namespace BeforeAfter.Tests.Statistics;

public class MedianIntervalTests
{
    [TestCase(new[] { 3.0 }, 3.0)]
    [TestCase(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [TestCase(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5)]
    public void The_median_is_that_of_the_values(double[] values, double median)
    {
        var given = (double[])values.Clone();
        Assert.That(MedianInterval.Of(values).Median, Is.EqualTo(median));
        Assert.That(values, Is.EqualTo(given), "They are left in their order.");
    }

    [Test]
    public void Values_that_are_all_the_same_leave_no_doubt() =>
        Assert.That(MedianInterval.Of([7, 7, 7, 7]), Is.EqualTo(new MedianInterval(7, 7, 7)));

    [Test]
    public void The_same_values_have_the_same_interval() =>
        Assert.That(MedianInterval.Of(Normal(31, new Random(1))), Is.EqualTo(MedianInterval.Of(Normal(31, new Random(1)))));

    // Exact for three values: a sample's median is the least value where at least two of its three draws are, with a chance of 7 in 27.
    [Test]
    public void The_interval_of_three_values_reaches_from_the_least_to_the_most() =>
        Assert.That(MedianInterval.Of([5, 1, 2]), Is.EqualTo(new MedianInterval(2, 1, 5)));

    [Test]
    public void The_interval_holds_the_true_median_in_about_95_of_100_cases()
    {
        const int Cases = 200;
        var random = new Random(2);
        var held = 0;
        for (var i = 0; i < Cases; i++)
        {
            var interval = MedianInterval.Of(Normal(31, random));
            if (interval.Low <= 0 && interval.High >= 0) held++;
        }
        Assert.That(held, Is.InRange(0.9 * Cases, 0.99 * Cases));
    }

    [Test]
    public void More_values_narrow_the_interval()
    {
        var few = MedianInterval.Of(Normal(30, new Random(3)));
        var many = MedianInterval.Of(Normal(3000, new Random(3)));
        Assert.That(few.HalfWidth / many.HalfWidth, Is.InRange(5, 20), "The square root of 100 is 10.");
    }

    [Test]
    public void No_values_are_refused() => Assert.That(() => MedianInterval.Of([]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    // Box and Muller 1958.
    private static double[] Normal(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => Length(random.NextDouble()) * Math.Cos(2 * Math.PI * random.NextDouble()))];

    private static double Length(double uniform) => Math.Sqrt(-2 * Math.Log(1 - uniform));
}
