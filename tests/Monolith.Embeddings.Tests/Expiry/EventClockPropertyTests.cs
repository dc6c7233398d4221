using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Expiry;

/// <summary>Random streams with random wrong clocks among them, against a truth that the clock is not told.</summary>
public class EventClockPropertyTests
{
    private const long Day = 86_400, Skew = Day, Start = 1_700_000_000;
    private const int Confirmations = 16;

    // A live stream: the host's clock is right, whatever share of the devices is wrong.
    [Test]
    public void The_host_s_clock_bounds_any_number_of_wrong_ones([Range(1, 20)] int seed, [Values(0.01, 0.5, 0.99)] double wrong)
    {
        var random = new Random(seed);
        using var host = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start));
        var clock = new EventClock(Skew, Confirmations, new WallClock(host, 1, isBound: true));
        var (now, future) = (Start, 0L);
        for (var i = 0; i < 5000; i++)
        {
            now += random.Next(600);
            host.Advance(DateTimeOffset.FromUnixTimeSeconds(now) - host.GetUtcNow());
            var time = random.NextDouble() < wrong ? Wrong(random, now) : now - random.Next(100);
            if (time - now > Skew) future++;
            var taken = clock.Observe(time);
            Assert.That(taken, Is.LessThanOrEqualTo(Math.Max(time, clock.Newest)));
            Assert.That(clock.Newest, Is.LessThanOrEqualTo(now + Skew));
        }
        Assert.That(clock.Counts.Future, Is.EqualTo(future));
    }

    // History, replayed years later: the host's clock bounds nothing that matters.
    [Test]
    public void A_minority_of_wrong_clocks_never_leads_a_replay_astray(
        [Range(1, 20)] int seed, [Values(0.01, 0.1, 0.25)] double wrong, [Values] bool isFirst)
    {
        var random = new Random(seed);
        using var host = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start + 100_000 * Day));
        var clock = new EventClock(Skew, Confirmations, new WallClock(host, 1, isBound: true));
        var (now, truth, gaps) = (Start, 0L, 0);
        for (var i = 0; i < 5000; i++)
        {
            now += random.Next(60);
            if (i % 1000 == 999)
            {
                // The stream stood still for a while.
                now += 30 * Day;
                gaps = i;
            }
            var isWrong = i == 0 ? isFirst : random.NextDouble() < wrong;
            if (!isWrong) truth = now;
            clock.Observe(isWrong ? FarFrom(random, now) : now);
            // Within some hundred events of the beginning, or of a gap, it is where the stream is.
            if (i - gaps < 300) continue;
            Assert.That(clock.Newest, Is.InRange(truth, truth + Skew), $"event {i}");
        }
    }

    [Test]
    public void A_burst_of_fewer_than_the_confirmations_moves_nothing([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var clock = new EventClock(Skew, Confirmations);
        var now = Start;
        for (var i = 0; i < 200; i++)
        {
            for (var right = random.Next(Confirmations, 40); right > 0; right--) clock.Observe(now += random.Next(60));
            for (var burst = random.Next(1, Confirmations); burst > 0; burst--)
                clock.Observe(now + Skew + random.NextInt64(1, 4_000_000_000));
            Assert.That(clock.Newest, Is.EqualTo(now));
        }
    }

    [Test]
    public void Its_state_goes_on_as_it_would([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var (one, other) = (Clock(), Clock());
        var now = Start;
        for (var i = 0; i < 3000; i++)
        {
            now += random.Next(10) == 0 ? random.Next(5) * Day : random.Next(600);
            var time = random.Next(3) == 0 ? Wrong(random, now) : now;
            Assert.That(other.Observe(time), Is.EqualTo(one.Observe(time)));
            Assert.That(other.State, Is.EqualTo(one.State));
            if (random.Next(20) == 0) other = new EventClock(Skew, Confirmations) { State = one.State };
        }

        static EventClock Clock() => new(Skew, Confirmations);
    }

    [Test]
    public void Extreme_times_overflow_nothing([Values] bool isBound, [Values(long.MinValue, -1L, 0L, long.MaxValue)] long time)
    {
        using var host = new ManualTime(DateTimeOffset.MinValue);
        var clock = new EventClock(Skew, 2, new WallClock(host, 1000, isBound));
        for (var i = 0; i < 5; i++) clock.Observe(time);
        Assert.That(clock.Newest, Is.EqualTo(!isBound && time > 0 ? time : 0));
        clock.Observe([1, long.MaxValue, long.MinValue, long.MaxValue, 1]);
        Assert.That(clock.Newest, Is.GreaterThanOrEqualTo(0));
    }

    // Clocks that are wrong by less could lead a little further, each near the one before: only the host's clock bounds those.
    private static long FarFrom(Random random, long now) => random.Next(3) switch
    {
        0 => now + random.NextInt64(10 * Day, 50_000 * Day),
        1 => random.NextInt64(0, now - 10 * Day),
        _ => 4_070_908_800 + random.Next(1000),
    };

    // Of all magnitudes, ahead and behind.
    private static long Wrong(Random random, long now) => random.Next(4) switch
    {
        0 => now + random.NextInt64(1, 4 * Day),
        1 => now + random.NextInt64(1, 50_000 * Day),
        2 => random.NextInt64(0, now),
        _ => 4_070_908_800 + random.Next(1000),
    };
}
