using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>
/// Streams whose clocks are wrong in every way, into a trainer whose items live for thirty days. The oracle knows the right times: what was
/// seen in the last 28 days must be alive, what was not seen for 32 days must be dead.
/// </summary>
[TestFixture]
public sealed class WrongClockStreamTests
{
    private const int Days = 150, EachDay = 100, Life = 30;
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Host = Start.AddDays(Days + 0.01);

    private static readonly (string Name, long Milliseconds)[] WrongTimes =
    [
        ("none", 0), ("one", 1), ("minus one", -1), ("1970", 86_400_000), ("1980", 315_532_800_000), ("1999", 946_684_799_000),
        ("the right one in seconds", Start.ToUnixTimeSeconds()),
        ("in minutes", Start.ToUnixTimeSeconds() / 60), ("in microseconds", Start.ToUnixTimeMilliseconds() * 1000),
        ("in ticks", Start.UtcTicks), ("2038", (long)int.MaxValue * 1000), ("2099", 4_070_908_800_000),
        ("2106", (long)uint.MaxValue * 1000), ("beyond 32 bits of seconds", ((long)uint.MaxValue + 1) * 1000),
        ("twice 32 bits", ((1L << 33) + 5) * 1000), ("largest", long.MaxValue), ("smallest", long.MinValue),
        ("before 1970", -86_400_000_000), ("1601", -11_644_473_600_000), ("a year ago", Start.AddDays(-365).ToUnixTimeMilliseconds()),
        ("next year", Start.AddDays(Days + 365).ToUnixTimeMilliseconds()),
        ("two days from now", Host.AddDays(2).ToUnixTimeMilliseconds()),
    ];

    [Test]
    public async Task NoWrongTimeKillsOrKeepsWhenEveryFiftiethExampleHasIt()
    {
        foreach (var (name, wrong) in WrongTimes)
        {
            var random = new Random(14);
            await AssertLivesAsync($"every fiftieth: {name}", Right().Select(e => random.Next(50) == 0 ? e with { Time = wrong } : e));
        }
        TestContext.Out.WriteLine($"tried {WrongTimes.Length}");
    }

    [Test]
    public async Task NoWrongTimeKillsOrKeepsWhenTheFirstOnesHaveIt([Values(1, 16, 100)] int first)
    {
        foreach (var (name, wrong) in WrongTimes)
            await AssertLivesAsync($"the first {first}: {name}", Right().Select((e, i) => i < first ? e with { Time = wrong } : e));
        TestContext.Out.WriteLine($"tried {WrongTimes.Length}");
    }

    [Test]
    public async Task NoBurstOfAWrongTimeKillsOrKeeps([Values(240)] int length)
    {
        foreach (var (name, wrong) in WrongTimes)
            foreach (var at in new[] { 500, 14_500 })
                await AssertLivesAsync($"a burst of {length} from {at}: {name}",
                    Right().Select((e, i) => i >= at && i < at + length ? e with { Time = wrong } : e));
        TestContext.Out.WriteLine($"tried {2 * WrongTimes.Length}");
    }

    [Test]
    public async Task TimesThatTheHostKnowsToBeFutureAreNeverBelievedHoweverManyComeInARow()
    {
        foreach (var (name, wrong) in WrongTimes.Where(w => w.Milliseconds > Host.AddDays(1.01).ToUnixTimeMilliseconds()
            || w.Milliseconds < 315_532_800_000))
            await AssertLivesAsync($"3000 in a row: {name}",
                Right().Select((e, i) => i is >= 5_000 and < 8_000 ? e with { Time = wrong } : e));
        TestContext.Out.WriteLine($"tried {WrongTimes.Length}");
    }

    [Test]
    public async Task MixedWrongClocksAreAsHarmless()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var share = random.Next(2, 40);
            await AssertLivesAsync($"seed {seed}: one in {share}", Right().Select(e => random.Next(share) == 0
                ? e with
                {
                    Time = random.Next(2) == 0 ? WrongTimes[random.Next(WrongTimes.Length)].Milliseconds
                    : random.NextInt64(-1L << 50, 1L << 50)
                } : e));
        }
        TestContext.Out.WriteLine("tried 12");
    }

    [Test]
    public async Task AStreamThatRunsBackwardsForAWhileKillsNothingEarly()
    {
        foreach (var back in new[] { 1, 20, 60, 5000 })
            await AssertLivesAsync($"ten days shown {back} days early",
                Right().Select(e => e.Day is >= 60 and < 70 ? e with { Time = e.Time - back * 86_400_000L } : e));
        TestContext.Out.WriteLine("tried 4");
    }

    [Test]
    public async Task AfterAGapExpiryGoesOnAsBefore([Values(2, 20, 45)] int gap)
    {
        // What comes in the first examples after a gap is taken as older than it is, by the gap less a day: the day of the gap proves
        // nothing.
        await AssertLivesAsync($"a gap of {gap} days", Right().Where(e => e.Day < 80 || e.Day >= 80 + gap),
            except: day => day >= 80 + gap && day < 84 + gap);
        TestContext.Out.WriteLine("tried 1");
    }

    [Test]
    public async Task RestartsInTheMiddleChangeNothing([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var wrongs = Right().Select(e => random.Next(20) == 0 ? e with { Time = WrongTimes[random.Next(WrongTimes.Length)].Milliseconds }
            : e).ToArray();
        var stops = Enumerable.Range(0, 6).Select(_ => random.Next(Days * EachDay)).Order().ToArray();
        await AssertLivesAsync($"seed {seed}: restarts at {string.Join(", ", stops)}", wrongs, stops: stops);
        TestContext.Out.WriteLine($"tried {stops.Length}");
    }

    [Test]
    public async Task AHostWhoseClockIsBehindExpiresNothingUntilItIsRight([Values("1970-01-01", "1980-01-01", "2001-09-09",
        "2024-12-30")] string wrong)
    {
        var clock = new SetClock(DateTimeOffset.Parse(wrong + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var store = new MemorySnapshotStore();
        var events = Right().ToArray();
        var (all, _) = await TrainAsync(events.Take(60 * EachDay), store, clock, []);
        var seen = events.Take(60 * EachDay).Select(e => e.Item).Distinct().Order();
        Assert.That(all, Is.EquivalentTo(seen), "nothing may expire by a clock that is behind");
        clock.Now = Host;
        await AssertLivesAsync($"clock of {wrong} for 60 days", events, store: store, except: day => day is > 57 and < 63);
        TestContext.Out.WriteLine("tried 1");
    }

    [Test]
    public async Task AHostWhoseClockIsAheadStillDoubts()
    {
        foreach (var ahead in new[] { 400, 20_000, 27_000 })
            foreach (var (name, wrong) in WrongTimes.Where((_, i) => i % 3 == ahead / 10_000))
            {
                var random = new Random(15);
                await AssertLivesAsync($"clock {ahead} days ahead, every fiftieth {name}",
                    Right().Select(e => random.Next(50) == 0 ? e with { Time = wrong } : e), clock: new SetClock(Host.AddDays(ahead)));
            }
        TestContext.Out.WriteLine($"tried {WrongTimes.Length}");
    }

    [Test]
    public void TheOracleSeesAWrongTimeThatWasConfirmed()
    {
        var ahead = Start.AddDays(140).ToUnixTimeMilliseconds();
        Assert.CatchAsync<AssertionException>(() => AssertLivesAsync("as documented",
            Right().Where(e => e.Day < 140).Select((e, i) => i is >= 5_000 and < 8_000 ? e with { Time = ahead } : e)));
        TestContext.Out.WriteLine("tried 1");
    }

    [Test]
    public async Task AStreamWithoutTimesThatBeginsToSendThemStartsEveryLifeThere()
    {
        // The first forty days have no times: their items live from the first time on.
        var (alive, newest) = await TrainAsync(Right().Select(e => e.Day < 40 ? e with { Time = 0 } : e), null, new SetClock(Host), []);
        for (var day = 0; day < Days; day++)
        {
            if (day > Days - Life + 2) Assert.That(alive, Does.Contain(1_000L + day), $"day {day}");
            if (day < Days - Life - 3) Assert.That(alive, Does.Not.Contain(1_000L + day), $"day {day}");
        }
        var (early, _) = await TrainAsync(Right().Where(e => e.Day < 60).Select(e => e.Day < 40 ? e with { Time = 0 } : e), null,
            new SetClock(Host), []);
        for (var day = 0; day < 60; day++) Assert.That(early, Does.Contain(1_000L + day), $"day {day}: 20 days after the first time");
        Assert.That(newest, Is.EqualTo((uint)Right().Last().Time / 1000).Within(1).Or.GreaterThan(0u));
        TestContext.Out.WriteLine("tried 2");
    }

    private static async Task AssertLivesAsync(
        string what, IEnumerable<TimedEvent> events, Func<int, bool>? except = null, int[]? stops = null, SnapshotStore? store = null,
            SetClock? clock = null)
    {
        var (alive, newest) = await TrainAsync(events, store ?? (stops is null ? null : new MemorySnapshotStore()),
            clock ?? new SetClock(Host), stops ?? []);
        var last = Start.AddDays(Days);
        Assert.That(Math.Abs(newest - last.ToUnixTimeSeconds()), Is.LessThan(2 * 86_400),
            $"{what}: the newest time is {DateTimeOffset.FromUnixTimeSeconds(newest):u}");
        var seen = events.Select(e => e.Day).ToHashSet();
        foreach (var day in seen)
        {
            if (except is not null && except(day)) continue;
            if (day >= Days - Life + 2) Assert.That(alive, Does.Contain(1_000L + day), $"{what}: the item of day {day} died");
            if (day < Days - Life - 2) Assert.That(alive, Does.Not.Contain(1_000L + day), $"{what}: the item of day {day} lives on");
        }
        for (var item = 0; item < 5; item++) Assert.That(alive, Does.Contain((long)item), $"{what}: an item of every day died");
    }

    private static IEnumerable<TimedEvent> Right()
    {
        for (var i = 0; i < Days * EachDay; i++)
        {
            var day = i / EachDay;
            // Every tenth example is of the day's own item, the others of items that come every day.
            yield return new TimedEvent(day, i % 10 == 3 ? 1_000 + day : i % 5,
                Start.AddDays((double)i / EachDay).ToUnixTimeMilliseconds());
        }
    }

    [Test]
    public async Task AfterATimeOfTheFutureWasBelievedSetBackMakesTheStreamRightAgain([Values(1, 60, 24_000)] int daysAhead,
        [Values] bool restart)
    {
        var store = new MemorySnapshotStore();
        var wrong = Right().Select((e, i) => i == 50 * EachDay ? e with { Time = Host.AddDays(daysAhead).ToUnixTimeMilliseconds() } : e);
        var believing = new EmbeddingTableSetOptions
        {
            MemoryLimitBytes = 4 << 20,
            RefuseFutureEventTimes = false,
            EventTimeConfirmations = 1
        };
        await TrainAsync(wrong.Take(60 * EachDay), store, new SetClock(Host), [], believing);
        var (alive, newest) = await TrainAsync(wrong, store, new SetClock(Host), restart ? [70 * EachDay] : [], null, Start.AddDays(60));
        Assert.That(newest, Is.EqualTo(Start.AddDays(Days).ToUnixTimeSeconds()).Within(2 * 86_400));
        for (var day = 0; day < Days; day++)
        {
            if (day >= Days - Life + 2) Assert.That(alive, Does.Contain(1_000L + day), $"the item of day {day} died");
            if (day < Days - Life - 2) Assert.That(alive, Does.Not.Contain(1_000L + day), $"the item of day {day} lives on");
        }
        TestContext.Out.WriteLine("tried 1");
    }

    private static async Task<(HashSet<long> Alive, long Newest)> TrainAsync(IEnumerable<TimedEvent> events, SnapshotStore? store,
        SetClock clock,
        int[] stops, EmbeddingTableSetOptions? setOptions = null, DateTimeOffset? setBack = null)
    {
        var all = events.ToArray();
        var schema = OneSlot.Of("items", table =>
        {
            table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(Life));
            table.RemovalHistory = 0;
            table.Stripes = 4;
        });
        var encoder = schema.Encoder<TimedEvent>(e => (e.Item, e.Item % 2 == 0, e.Time));
        var options = new OnlineTrainerOptions { EvictEvery = TimeSpan.FromHours(12), WindowExamples = 100_000, ReadAheadBatches = 0 };
        foreach (var stop in stops.Append(int.MaxValue))
        {
            await using var learning = new StreamTrainer<TimedEvent>(encoder, () => all.Take(stop), 10, store, options, setOptions, clock);
            if (setBack is { } right) await learning.Trainer.SetEventTimeBackAsync(right);
            setBack = null;
            await learning.Trainer.RunAsync();
            if (stop < int.MaxValue) continue;
            learning.Tables.Evict();
            var alive = new HashSet<long>();
            foreach (var chunk in learning.Tables["items"].EnumerateRows())
                foreach (var id in chunk.Ids) alive.Add(id);
            return (alive, learning.Tables["items"].NewestEventTime.InSeconds());
        }
        throw new InvalidOperationException();
    }
}
