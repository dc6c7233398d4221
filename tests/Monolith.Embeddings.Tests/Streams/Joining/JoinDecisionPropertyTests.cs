using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>
/// Logs that fall silent, and logs whose clocks were wrong: what comes out is what the definition says of the logs and of the decisions
/// that were recorded, wherever the reading began again.
/// </summary>
public class JoinDecisionPropertyTests
{
    private const int Few = 300, Many = 20_000, Courses = 3;

    [Test]
    public Task Logs_and_decisions_say_what_comes_out([Values] bool isSilent) => EachAsync(Few, isSilent);

    [Test]
    public async Task A_seed_decides_the_whole_course_of_a_reading()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var first = await ReadAsync(seed);
            Assert.That(await ReadAsync(seed), Is.EqualTo(first), $"seed {seed}");
        }
    }

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Very_many_logs_and_decisions_say_what_comes_out([Values] bool isSilent) => EachAsync(Many, isSilent);

    private static async Task EachAsync(int count, bool isSilent)
    {
        var (silences, setBacks, late) = (0L, 0L, 0L);
        for (var i = 0; i < count; i++)
        {
            var status = await CheckAsync(i / Courses, i % Courses, isSilent);
            silences += status.ClockDecisions;
            setBacks += status.SetBacks;
            late += status.Late;
        }
        Assert.That(setBacks, Is.GreaterThan(count / 20));
        Assert.That(late, Is.GreaterThan(count));
        Assert.That(silences, isSilent ? Is.GreaterThan(count / 2) : Is.Zero);
    }

    private static async Task<string[]> ReadAsync(int seed)
    {
        using var time = new ManualTime();
        var scenario = new JoinScenario(seed);
        scenario.Options.SilentAfter = TimeSpan.FromSeconds(5);
        using var joiner = scenario.NewJoiner(seed, time);
        var batches = await joiner.ReadAllAsync();
        return [.. batches.Select(batch => batch.ToString()), .. joiner.Status.Decisions.Select(decision => decision.ToString())];
    }

    private static async Task<OnlineJoinerStatus> CheckAsync(int seed, int course, bool isSilent)
    {
        using var time = new ManualTime();
        var scenario = new JoinScenario(seed);
        var random = new Random((seed * 1000) + course);
        if (isSilent) scenario.Options.SilentAfter = TimeSpan.FromSeconds(scenario.Partitions.Sum(log => log.Count) > 200 ? 100 : 5);
        if (isSilent && random.Next(3) == 0) scenario.Options.MaxDelay = TimeSpan.FromSeconds(1 + random.Next(10));
        if (!scenario.Options.CloseAtEnd) Array.Clear(scenario.Written);
        return await CheckAsync(scenario, random, isSilent ? time : null);
    }

    // Some batches, and again from one of them, in the same joiner or in another that is given the state.
    private static async Task<OnlineJoinerStatus> CheckAsync(JoinScenario scenario, Random random, ManualTime? time)
    {
        var batches = new List<JoinedBatch>();
        var joiner = scenario.NewJoiner(random.Next(), time);
        var restored = 0;
        try
        {
            for (var left = random.Next(5); left >= 0; left--)
            {
                Write(scenario, random, left == 0);
                var from = batches.Count == 0 ? StreamPosition.Start : batches[^1].Position;
                batches.AddRange(await joiner.ReadAsync(from, left == 0 ? int.MaxValue : random.Next(10)));
                if (left == 0) break;
                // A joiner that was given a state knows nothing of batches before it.
                var kept = Math.Max(restored, batches.Count - random.Next(6));
                batches.RemoveRange(kept, batches.Count - kept);
                if (random.Next(2) == 0 || kept == 0) continue;
                var state = await joiner.Source.CaptureState(batches[^1].Position).CopyAsync();
                restored = kept;
                joiner.Dispose();
                scenario.Options.BatchSize = 1 + random.Next(6);
                joiner = scenario.NewJoiner(random.Next(), time);
                await joiner.Source.RestoreStateAsync(batches[^1].Position, state, default);
            }
            joiner.RequireDefined(batches);
            return joiner.Status;
        }
        finally
        {
            joiner.Dispose();
        }
    }

    // A log that does not close what it leaves open may end for a while, and be longer the next time.
    private static void Write(JoinScenario scenario, Random random, bool isAll)
    {
        if (scenario.Options.CloseAtEnd) return;
        for (var i = 0; i < scenario.Written.Length; i++)
        {
            var count = scenario.Partitions[i].Count;
            scenario.Written[i] = isAll ? count : random.Next(scenario.Written[i], count + 1);
        }
    }
}
