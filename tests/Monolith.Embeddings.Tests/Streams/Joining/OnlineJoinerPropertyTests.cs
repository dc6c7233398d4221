using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>
/// The joiner against the definition, over random records, options and interleavings, with readings that begin again anywhere.
/// </summary>
public class OnlineJoinerPropertyTests
{
    private const int Few = 400, Many = 20_000, Courses = 2;

    [Test]
    public Task Any_schedule_gives_what_the_definition_says() => EachAsync(Few, CompareAsync);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Very_many_schedules_give_what_the_definition_says() => EachAsync(Many, CompareAsync);

    [Test]
    public Task A_reading_that_begins_again_anywhere_gives_the_same_batches() => EachAsync(Few, InterruptAsync);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Very_many_readings_that_begin_again_give_the_same_batches() => EachAsync(Many, InterruptAsync);

    [Test]
    public async Task The_scenarios_meet_every_case()
    {
        var sum = new long[10];
        for (var seed = 0; seed < Few; seed++)
        {
            using var joiner = new JoinScenario(seed).NewJoiner(seed);
            await joiner.ReadAllAsync();
            var status = joiner.Status;
            long[] counts =
            [
                status.Joined, status.Defaults, status.LatePositives, status.Duplicates, status.DuplicateActions, status.Conflicts,
                status.Unmatched + status.AfterClose, status.Late, status.FarAhead, status.SetBacks,
            ];
            for (var i = 0; i < sum.Length; i++) sum[i] += counts[i];
        }
        Assert.That(sum, Is.All.GreaterThan(50));
    }

    private static async Task EachAsync(int count, Func<JoinScenario, int, Task> check)
    {
        for (var i = 0; i < count; i++) await check(new JoinScenario(i / Courses), i);
    }

    private static async Task CompareAsync(JoinScenario scenario, int course)
    {
        using var joiner = scenario.NewJoiner(course);
        joiner.RequireDefined(await joiner.ReadAllAsync());
    }

    private static async Task InterruptAsync(JoinScenario scenario, int course)
    {
        var random = new Random(course);
        using var whole = scenario.NewJoiner(random.Next());
        var (expected, start) = await ReadWholeAsync(whole);
        whole.RequireDefined(expected);
        using var joiner = scenario.NewJoiner(random.Next());
        var batches = expected[..start.Batches];
        if (start.State is not null) await joiner.Source.RestoreStateAsync(batches[^1].Position, start.State, default);
        var isSame = false;
        for (var left = 4; left >= 0; left--)
        {
            var most = left == 0 ? int.MaxValue : 1 + random.Next(8);
            batches.AddRange(await joiner.ReadAsync(batches.Count == 0 ? StreamPosition.Start : batches[^1].Position, most));
            // A log may be set back after the last batch; and one that another's end holds may be read far enough for it, or not.
            isSame = whole.Status.SetBacks == start.SetBacks && joiner.Status.SetBacks == start.SetBacks;
            var same = expected.Take(left == 0 ? int.MaxValue : batches.Count);
            if (isSame) Assert.That(TextsOf(batches), Is.EqualTo(TextsOf(same)), $"seed {scenario.Seed}");
            if (left == 0) break;
            var kept = Math.Max(start.Batches, batches.Count - random.Next(6));
            batches.RemoveRange(kept, batches.Count - kept);
        }
        joiner.RequireDefined(batches);
        if (isSame) Assert.That(CountsOf(joiner, scenario), Is.EqualTo(CountsOf(whole, scenario)), $"seed {scenario.Seed}");
    }

    private static IEnumerable<string> TextsOf(IEnumerable<JoinedBatch> batches) => batches.Select(batch => batch.ToString());

    // All batches, and the state behind all that was set back: a reading that begins before that may do it elsewhere.
    private static async Task<(List<JoinedBatch> Batches, (int Batches, long SetBacks, SourceState? State) Start)> ReadWholeAsync(
        ScenarioJoiner whole)
    {
        var (count, start) = (0, (Batches: 0, SetBacks: 0L, State: (SourceState?)null));
        var batches = await whole.ReadAsync(StreamPosition.Start, int.MaxValue, async batch =>
        {
            count++;
            if (whole.Status.SetBacks == start.SetBacks) return;
            start = (count, whole.Status.SetBacks, await whole.Source.CaptureState(batch.Position).CopyAsync());
        });
        return (batches, start);
    }

    // Where a log holds the others at its end, how far they were read is up to chance.
    private static OnlineJoinerStatus CountsOf(ScenarioJoiner joiner, JoinScenario scenario)
    {
        var status = joiner.Status with { HeldPartitions = 0, MemoryBytes = 0, Decisions = [], LogsWithoutRecords = [] };
        return scenario.Options.CloseAtEnd ? status : status with { Late = 0, FarAhead = 0, WaitingRecords = 0, SlowestPartition = null };
    }
}
