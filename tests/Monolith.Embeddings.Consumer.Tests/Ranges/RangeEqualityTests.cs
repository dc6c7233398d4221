using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

public class RangeEqualityTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Test]
    public async Task Any_number_of_ranges_holds_what_one_set_holds([Values(1, 4, 64)] int ranges, [Range(0, 4)] int seed) =>
        await RunAsync(ranges, seed, steps: 60);

    [Test]
    [Category("Long"), Explicit("Takes a minute.")]
    public async Task Any_number_of_ranges_holds_what_one_set_holds_for_long(
        [Values(2, 4, 64)] int ranges, [Range(100, 139)] int seed) =>
        await RunAsync(ranges, seed, steps: 400);

    [Test]
    public async Task Every_kind_of_event_happens_in_these_histories()
    {
        var sum = new EmbeddingTableStatistics();
        for (var seed = 0; seed < 10; seed++)
        {
            foreach (var told in await RunAsync(1, seed, steps: 60)) sum = sum.Plus(told);
        }
        foreach (var count in new[]
        {
            sum.Created, sum.Refused, sum.Expired, sum.Evicted, sum.DroppedGradients, sum.NonFiniteGradients, sum.PendingIds,
            sum.ClampedEventTimes,
            sum.FutureEventTimes, sum.LateEventTimes, sum.ImplausibleEventTimes,
        }) Assert.That(count, Is.GreaterThan(0), sum.ToString());
    }

    [Test]
    public async Task Tables_share_their_memory_limit_over_all_ranges([Values(1, 4, 64)] int ranges, [Values] bool evicts)
    {
        var clock = new SetClock(Start);
        using var tables = new RangeFixture(Schema, ranges, Options(32 << 20), clock, ranges == 4);
        var batches = new[] { new TableBatch(), new TableBatch() };
        var (next, step) = (0L, 0);
        for (; step < 8; step++)
        {
            foreach (var set in new TableSet[] { tables.One, tables.Cut })
            {
                for (var i = 0; i < 2; i++)
                {
                    var count = 3000 + 1000 * ((step + i) % 2);
                    batches[i].Ids = Enumerable.Range(0, count).Select(n => next + n).ToArray();
                    batches[i].Rows = new float[count * 256];
                }
                await set.LookupOrAdmitAsync(batches, Start.AddSeconds(step), step);
            }
            next += 2500;
        }
        var told = await tables.Cut.GetStatisticsAsync();
        for (var i = 0; i < 2; i++)
        {
            var one = tables.One.Tables[i].GetStatistics();
            Assert.That((told[i].Rows, told[i].Refused, told[i].Evicted), Is.EqualTo((one.Rows, one.Refused, one.Evicted)));
            var (expected, actual) = (new bool[next], new bool[next]);
            long[] ids = [.. Enumerable.Range(0, (int)next).Select(n => (long)n)];
            tables.One.Tables[i].Contains(ids, expected);
            for (var id = 0; id < next; id++) actual[id] = tables.Owner(i, id).Contains(id);
            Assert.That(actual.AsSpan().SequenceEqual(expected));
        }
        Assert.That(told.Sum(t => evicts ? t.Evicted : t.Refused), Is.GreaterThan(100));

        TableSchema Schema() => new([Wide("one"), Wide("two")]);

        EmbeddingTableOptions Wide(string name)
        {
            var options = new EmbeddingTableOptions { Name = name, AtLimit = evicts ? new LeastRecentlyUpdatedOptions() : null };
            options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 256 });
            return options;
        }
    }

    [Test]
    public async Task Counted_ids_come_to_their_limit_over_all_ranges([Values(1, 4, 64)] int ranges)
    {
        var clock = new SetClock(Start);
        using var tables = new RangeFixture(Schema, ranges, Options(16 << 20), clock, ranges == 4);
        var batch = new TableBatch();
        for (var step = 0; step < 10; step++)
        {
            // Half of the ids of a batch come again in the next, and get their rows then.
            batch.Ids = Enumerable.Range(step * 5000, 10_000).Select(n => (long)n).ToArray();
            var (expected, actual) = (new float[10_000], new float[10_000]);
            batch.Rows = expected;
            await tables.One.LookupOrAdmitAsync([batch], Start, step);
            batch.Rows = actual;
            await tables.Cut.LookupOrAdmitAsync([batch], Start, step);
            Assert.That(actual, Is.EqualTo(expected), $"step {step}");
            var (one, told) = (tables.One.Tables[0].GetStatistics(), (await tables.Cut.GetStatisticsAsync())[0]);
            Assert.That((told.PendingIds, told.Rows, told.Refused), Is.EqualTo((one.PendingIds, one.Rows, one.Refused)), $"step {step}");
        }
        Assert.That(tables.One.Tables[0].GetStatistics().Refused, Is.GreaterThan(100));

        static TableSchema Schema()
        {
            var options = new EmbeddingTableOptions { Name = "counted", Admission = new MinOccurrencesOptions(3) };
            options.Segments.Add(new SegmentOptions
            {
                Name = "weight",
                Initializer = new Initializers.ConstantInitializerOptions { Value = 1 },
            });
            return new([options]);
        }
    }

    private static async Task<IReadOnlyList<EmbeddingTableStatistics>> RunAsync(int ranges, int seed, int steps)
    {
        var clock = new SetClock(Start);
        using var tables = new RangeFixture(() => RandomTables.Schema(seed), ranges, Options(64 << 20), clock, seed % 2 == 1);
        await new RangeHistory(tables, clock, seed, ids: 600).RunAsync(steps);
        return await tables.Cut.GetStatisticsAsync();
    }

    private static EmbeddingTableSetOptions Options(long limit) => new()
    {
        Seed = 7,
        MemoryLimitBytes = limit,
        EventTimeSkew = TimeSpan.FromHours(2),
        EventTimeConfirmations = 3,
    };
}
