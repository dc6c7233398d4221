using Monolith.Embeddings.Expiry.EventTimes;

namespace Monolith.Embeddings.Tests.Expiry;

public class EventClockTests
{
    private const long Day = 24 * 3600 * 1000L;

    [Test]
    public void Goes_with_the_stream_and_never_back()
    {
        var clock = new EventClock(Day, 16);
        long[] times = [100 * Day, 100 * Day + 5, 100 * Day + 2, 101 * Day, 50 * Day, 101 * Day + 7];
        var newest = new List<long>();
        foreach (var time in times)
        {
            clock.Observe(time);
            newest.Add(clock.Newest);
        }
        Assert.That(newest, Is.EqualTo([100 * Day, 100 * Day + 5, 100 * Day + 5, 101 * Day, 101 * Day, 101 * Day + 7]));
    }

    [Test]
    public void One_wrong_clock_moves_nothing([Values(1, 15)] int wrong)
    {
        var clock = new EventClock(Day, 16);
        clock.Observe(100 * Day);
        for (var i = 0; i < wrong; i++) clock.Observe(long.MaxValue / 2 + i);
        Assert.That(clock.Newest, Is.EqualTo(100 * Day));
        clock.Observe(100 * Day + 1);
        Assert.That(clock.Newest, Is.EqualTo(100 * Day + 1));
    }

    [Test]
    public void A_gap_in_the_stream_is_believed_once_it_is_confirmed()
    {
        var clock = new EventClock(Day, 16);
        clock.Observe(100 * Day);
        for (var i = 0; i < 16; i++) clock.Observe(300 * Day + i);
        Assert.That(clock.Newest, Is.EqualTo(300 * Day));
        clock.Observe(300 * Day + 16);
        Assert.That(clock.Newest, Is.EqualTo(300 * Day + 16));
    }

    [Test]
    public void Events_without_a_time_leave_it_at_the_beginning()
    {
        var clock = new EventClock(Day, 16);
        for (var i = 0; i < 100; i++) clock.Observe(0);
        clock.Observe(20_000 * Day);
        Assert.That(clock.Newest, Is.EqualTo(20_000 * Day));
    }
}
