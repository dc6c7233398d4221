using Experiments.Data;
using Monolith.Embeddings.Features;
using PositiveOnly;
using Samples.Common;

namespace Experiments.Tests;

/// <summary>What experiments read.</summary>
public class LogTests
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Ratings_are_in_the_order_of_their_time()
    {
        var log = new RatingsLog("ratings", MadeUpRatings.Ratings(500).Reverse(), [], 8);
        for (var place = 1; place < log.Count; place++) Assert.That(log.TimeOf(place), Is.GreaterThanOrEqualTo(log.TimeOf(place - 1)));
        Assert.That(log.FirstFrom(log.TimeOf(123)), Is.EqualTo(123));
        Assert.That(log.FirstFrom(log.TimeOf(499).AddSeconds(1)), Is.EqualTo(500));
    }

    [Test]
    public void A_choice_is_positive_and_what_is_drawn_beside_it_is_not()
    {
        Choice[] choices = [.. Enumerable.Range(0, 100).Select(i => new Choice(i / 5, i % 17, Start.AddSeconds(i)))];
        var log = new ClicksLog("clicks", "clicks", choices, hasUser: false);
        Assert.That(log.Count, Is.EqualTo(500));
        Assert.That(Enumerable.Range(0, 500).Count(log.LabelOf), Is.EqualTo(100));
        List<SlotValue> values = [];
        log.ValuesOf(5 * 12, values);
        Assert.That(values[0], Is.EqualTo(new SlotValue(0, 12)), "the item");
        // The session of choice 12 began with 10; the newest comes first, and once more as the last.
        Assert.That(values.Skip(1), Is.EqualTo(new SlotValue[] { new(1, 11), new(2, 11), new(1, 10) }));
    }

    [Test]
    public void Items_are_drawn_from_those_that_were_chosen_before()
    {
        Choice[] choices = [.. Enumerable.Range(0, 50).Select(i => new Choice(0, i, Start.AddSeconds(i)))];
        var log = new ClicksLog("clicks", "clicks", choices, hasUser: true);
        List<SlotValue> values = [];
        for (var place = 0; place < log.Count; place++)
        {
            values.Clear();
            log.ValuesOf(place, values);
            Assert.That(values[0].Value, Is.LessThanOrEqualTo(place / 5));
        }
    }

    [Test]
    public void A_file_that_is_cut_off_is_told()
    {
        var error = Assert.Throws<UsageException>(() => PublishedCounts.Require(LogFormat.MovieLens, MadeUpRatings.Log(10)))!;
        Assert.That(error.Message, Does.Contain("10 events").And.Contain("MovieLens-1M with 1000209"));
        error = Assert.Throws<UsageException>(() => PublishedCounts.Require(LogFormat.Yoochoose, MadeUpRatings.Log(10)))!;
        Assert.That(error.Message, Does.Contain("leave out --verify"));
    }

    [Test]
    public void Items_that_are_hashes_are_values_of_a_slot()
    {
        Choice[] choices =
            [.. Enumerable.Range(0, 20).Select(i => new Choice(i, i % 2 == 0 ? -1 - i : long.MaxValue - i, Start.AddSeconds(i)))];
        var log = new ClicksLog("sales", "sales", choices, hasUser: true);
        List<SlotValue> values = [];
        for (var place = 0; place < log.Count; place++) log.ValuesOf(place, values);
        Assert.That(values.Select(value => value.Value), Is.All.InRange(0, FeatureId.MaxValue));
        Assert.That(values.Where(value => value.Slot == 0).Select(value => value.Value).Distinct().Count(), Is.EqualTo(20));
    }

    [Test]
    public void Too_few_events_are_told()
    {
        var error = Assert.Throws<UsageException>(() => LogFiles.Open("/no/such/folder", LogFormat.MovieTweetings, events: 999))!;
        Assert.That(error.Message, Does.Contain("999").And.Contain("1000"));
    }

    [TestCase("yoochoose", "day_")]
    [TestCase("online-retail", "online_retail")]
    public void A_folder_of_another_format_is_told(string format, string stem)
    {
        var folder = Directory.CreateTempSubdirectory();
        var which = format == "yoochoose" ? LogFormat.Yoochoose : LogFormat.OnlineRetail;
        var error = Assert.Throws<UsageException>(() => LogFiles.Open(folder.FullName, which))!;
        Assert.That(error.Message, Does.Contain(folder.FullName).And.Contain(stem));
        folder.Delete();
    }

    [Test]
    public void A_missing_folder_is_told()
    {
        var error = Assert.Throws<UsageException>(() => LogFiles.Open("/no/such/folder", LogFormat.MovieTweetings))!;
        Assert.That(error.Message, Does.Contain("/no/such/folder"));
    }
}
