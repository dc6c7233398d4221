using Microsoft.Extensions.Options;

namespace Monolith.Embeddings.Datasets.Tests.Synthetic;

[TestFixture]
public sealed class SyntheticFeedbackStreamTests
{
    [Test]
    public void Equal_options_make_equal_streams_and_another_seed_another()
    {
        var stream = Read(new() { EventCount = 1000, Seed = 3 });
        Assert.That(Read(new() { EventCount = 1000, Seed = 3 }), Is.EqualTo(stream));
        var others = Read(new() { EventCount = 1000, Seed = 4 });
        Assert.That(others.Zip(stream, (a, b) => a.User == b.User && a.Item == b.Item).Count(isSame => isSame), Is.LessThan(20));
        Assert.That(Read(new() { EventCount = 300, Seed = 3 }), Is.EqualTo(stream[..300]));
        Assert.That(Enumerable.Range(0, 300).Reverse().Select(i => new SyntheticFeedbackStream(new() { EventCount = 300, Seed = 3 })[i]),
            Is.EqualTo(stream[..300].Reverse()));
    }

    [Test]
    public void Actions_come_as_often_as_the_truth_says_and_after_exponential_delays_of_its_mean()
    {
        var stream = Read(new());
        foreach (var bucket in stream.GroupBy(i => (int)(10 * i.Probability)))
        {
            var (expected, deviation) = (bucket.Sum(i => i.Probability), Math.Sqrt(bucket.Sum(i => i.Probability * (1 - i.Probability))));
            Assert.That(bucket.Count(i => i.ActionTime is not null), Is.EqualTo(expected).Within(4 * deviation + 1),
                $"bucket {bucket.Key}");
        }
        // In its own means each delay is exponential with mean 1: the shares before some multiples are 1 - e^-x.
        double[] means = [.. stream.Where(i => i.ActionTime is not null).Select(i => (i.ActionTime!.Value - i.Time) / i.MeanDelay)];
        foreach (var x in new[] { 0.1, 0.5, 1, 2, 4 })
            Assert.That(means.Count(m => m <= x) / (double)means.Length, Is.EqualTo(1 - Math.Exp(-x)).Within(0.012), $"{x} means");
        Assert.That(means.Average(), Is.EqualTo(1).Within(0.02));
        Assert.That(stream.Select(i => i.MeanDelay.TotalSeconds).Order().ElementAt(stream.Length / 2), Is.EqualTo(60).Within(10));
        Assert.That(stream.Select(i => i.MeanDelay).Distinct().Count(), Is.GreaterThan(5000), "delays depend on user and item");
    }

    [Test]
    public void Actions_are_those_of_the_impressions_in_time_order()
    {
        var options = new SyntheticFeedbackStreamOptions { EventCount = 20_000, EventsPerSecond = 300 };
        var actions = new SyntheticFeedbackStream(options).ReadActions().ToArray();
        var expected = Read(options).Where(i => i.ActionTime is not null).OrderBy(i => i.ActionTime).ThenBy(i => i.RequestId)
            .Select(i => new SyntheticAction { RequestId = i.RequestId, Time = i.ActionTime!.Value });
        Assert.That(actions, Is.EqualTo(expected));
        Assert.That(actions, Has.Length.GreaterThan(1500));
    }

    [Test]
    public void Traffic_rises_once_where_it_is_told_to()
    {
        var options = new SyntheticFeedbackStreamOptions
        {
            EventCount = 1000,
            EventsPerSecond = 10,
            RiseAfter = TimeSpan.FromSeconds(30),
            RiseFactor = 4,
        };
        var times = Read(options).Select(i => (i.Time - options.Start).TotalMilliseconds).ToArray();
        Assert.That(times, Is.Ordered);
        Assert.That((times[299], times[300], times[301], times[304]), Is.EqualTo((29_900.0, 30_000.0, 30_025.0, 30_100.0)));
    }

    [Test]
    public void Extreme_options_make_extreme_but_whole_numbers()
    {
        var options = new SyntheticFeedbackStreamOptions
        {
            EventCount = 2000,
            RateDeviation = 10,
            DelayDeviation = 1,
            MeanDelay = TimeSpan.FromDays(366),
            BaseActionRate = 0.5,
            Start = new DateTimeOffset(7999, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        Assert.That(Read(options).Select(i => i.Probability), Has.All.InRange(0, 1));
        Assert.That(new SyntheticFeedbackStream(options).ReadActions().Count(), Is.GreaterThan(500));
    }

    [Test]
    public void Every_option_out_of_range_is_told()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => _ = new SyntheticFeedbackStream(new()
        {
            Users = 0,
            Items = 0,
            EventCount = -1,
            Start = DateTimeOffset.MinValue,
            EventsPerSecond = 0,
            RiseAfter = TimeSpan.FromSeconds(-1),
            RiseFactor = 0,
            BaseActionRate = 0,
            RateDeviation = -1,
            MeanDelay = TimeSpan.Zero,
            DelayDeviation = double.NaN,
        }));
        Assert.That(failure!.Failures.Select(f => f[..f.IndexOf(':')]), Is.EquivalentTo(
        [
            "Users", "Items", "EventCount", "Start", "EventsPerSecond", "RiseAfter", "RiseFactor", "BaseActionRate", "RateDeviation",
            "MeanDelay", "DelayDeviation",
        ]));
    }

    private static SyntheticImpression[] Read(SyntheticFeedbackStreamOptions options) =>
        [.. new SyntheticFeedbackStream(options).ReadImpressions()];
}
