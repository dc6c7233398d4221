using Measuring;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

public class DryRunTests : LeakChecked
{
    private const int Batch = 1000;

    [Test]
    public void The_rows_are_those_that_an_eviction_removes([Values(1, 16)] int stripes, [Values(1, 30, 59, 100)] int seconds)
    {
        var policy = new TimeToLiveOptions(TimeSpan.FromSeconds(seconds));
        using var table = TestTable.Create(TestTable.Plain(stripes, configure: o => o.Expiry = policy));
        for (var i = 0; i < 60; i++) table.Assign(TestTable.Range(i * 300L, 300), new float[600], At.Seconds((uint)(i + 1)));
        var forecast = table.DryRun(policy);
        Assert.That(table.Count, Is.EqualTo(60 * 300));
        Assert.That(forecast.Rows, Is.EqualTo(300 * Math.Max(0, 60 - seconds)));
        Assert.That(forecast.Bytes, Is.EqualTo(forecast.Rows * table.RowBytes));
        Assert.That(table.Evict(), Is.EqualTo(forecast.Rows));
    }

    // Ids by Zipf's law with exponent 1. The truth is the share of all lookups that asked for an id that would go.
    [Test]
    public void The_share_of_missed_lookups_is_within_its_standard_error()
    {
        var deviations = new List<double>();
        for (var seed = 1; seed <= 12; seed++)
        {
            using var table = TestTable.Create(TestTable.Plain(16, 1));
            var replay = Stream(table, seed, batches: 300, ids: 300_000);
            foreach (var seconds in new[] { 30, 120 })
            {
                var forecast = table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(seconds)));
                var truth = replay.Values.Where(id => table.NewestEventTime.InSeconds() - id.LastSeen >= seconds).Sum(id =>
                    id.Lookups) / (double)forecast.Lookups;
                Assert.That(forecast.Lookups, Is.EqualTo(300 * Batch), "all of them: the memory is not full");
                Assert.That((truth, forecast.StandardError / truth), Is.LessThan((0.5, 0.5))
                    .And.GreaterThan((0.05, 0.01)).Using<(double, double)>(Both));
                deviations.Add((forecast.MissedLookupShare - truth) / forecast.StandardError);
            }
        }
        Assert.That(deviations.Select(Math.Abs), Is.All.LessThan(4));
        Assert.That(deviations.Average(), Is.EqualTo(0).Within(4 / Math.Sqrt(deviations.Count)), "no bias");
        Assert.That(deviations.Average(d => d * d), Is.InRange(0.3, 2.5), "the standard error is of the right size");
    }

    [Test]
    public void At_the_limit_the_rows_are_those_that_the_next_pass_removes([Values(1, 16)] int stripes)
    {
        using var table = TestTable.Create(
            TestTable.Plain(stripes, configure: o => (o.AtLimit, o.MaxRows) = (new LeastRecentlyUpdatedOptions(), 64_000)));
        for (var i = 0; i < 64; i++) table.Assign(TestTable.Range(i * 1000L, 1000), new float[2000], At.Seconds((uint)(64 - i)));
        // The next pass takes the 1,000 rows that were updated first; half of the lookups ask for them.
        var (first, others) = (TestTable.Range(63_000, 1000), TestTable.Range(0, 1000));
        for (var i = 0; i < 10; i++) table.Lookup([.. first, .. others], new float[4000]);
        var forecast = table.DryRunAtLimit();
        Assert.That((table.Count, forecast.Rows, forecast.Lookups), Is.EqualTo((64_000L, 1000L, 20_000L)));
        Assert.That(forecast.MissedLookupShare, Is.EqualTo(Math.Min(1, first.Count(IsSampled) * 10 * 1024 / 20_000.0)));
        Assert.That(forecast.Samples, Is.EqualTo(10 * (first.Count(IsSampled) + others.Count(IsSampled))));
        table.Assign([-1], new float[2], At.Seconds(100));
        Assert.That((table.GetStatistics().Evicted, table.Contains(first, new bool[1000])), Is.EqualTo((1000L, 0)));
    }

    [Test]
    public void A_table_that_refuses_new_ids_has_no_pass_to_try()
    {
        using var table = TestTable.Create(TestTable.Plain());
        Assert.That(() => table.DryRunAtLimit(), Throws.InvalidOperationException.With.Message.Contains("AtLimit"));
    }

    [Test]
    public void Without_lookups_the_share_is_zero_and_rests_on_nothing()
    {
        using var table = TestTable.Create(TestTable.Plain());
        table.Assign(TestTable.Range(0, 100), new float[200], At.Seconds(1));
        table.Assign([5000], new float[2], At.Seconds(100));
        var forecast = table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(10)));
        Assert.That((forecast.Rows, forecast.MissedLookupShare, forecast.StandardError, forecast.Samples, forecast.Lookups),
            Is.EqualTo((100L, 0.0, 0.0, 0L, 0L)));
    }

    [Test]
    public void Lookups_of_ids_without_a_row_are_not_missed_by_an_eviction()
    {
        using var table = TestTable.Create(TestTable.Plain(4, 1));
        for (var i = 0; i < 20; i++) table.Lookup(TestTable.Range(0, 5000), new float[5000]);
        var forecast = table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(1)));
        Assert.That((forecast.MissedLookupShare, forecast.Lookups), Is.EqualTo((0.0, 100_000L)));
        Assert.That(forecast.Samples, Is.EqualTo(20 * forecast.SampledIds).And.Positive);
    }

    [Test]
    public void A_policy_of_the_caller_s_own_is_asked_about_every_row_and_a_cancelled_run_ends()
    {
        var hooks = new PlugIns { OnIsExpired = id => id % 3 == 0 };
        using var table = TestTable.Create(TestTable.Plain(2));
        table.Assign(TestTable.Range(0, 20_000), new float[40_000], At.Seconds(0));
        Assert.That(table.DryRun(hooks.Expiry).Rows, Is.EqualTo(6667));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.That(() => table.DryRun(hooks.Expiry, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(OptionFailures.PathsOf(() => table.DryRun(new TimeToLiveOptions(TimeSpan.Zero))), Is.EqualTo(new[] { "Duration" }));
    }

    private static Dictionary<long, (long Lookups, uint LastSeen)> Stream(EmbeddingTable table, int seed, int batches, int ids)
    {
        var (ranks, random) = (new ZipfRanks(ids, 1), new Random(seed));
        var replay = new Dictionary<long, (long Lookups, uint LastSeen)>();
        var (batch, floats) = (new long[Batch], new float[Batch]);
        for (var time = 0u; time < batches; time++)
        {
            // Other ids for each seed, so that others are sampled.
            foreach (ref var id in batch.AsSpan())
            {
                id = ranks.Next(random) + seed * 1_000_000L;
                replay[id] = (replay.GetValueOrDefault(id).Lookups + 1, time);
            }
            table.LookupOrAdmit(batch, [], floats, At.Seconds(time));
            table.ApplyGradients(batch, floats, [], At.Seconds(time));
        }
        return replay;
    }

    private static bool IsSampled(long id) => LookupSamples.IsSampled(KeyMixer.Mix(unchecked((ulong)id)));

    private static int Both((double, double) a, (double, double) b) =>
        a.Item1 < b.Item1 && a.Item2 < b.Item2 ? -1 : a.Item1 > b.Item1 && a.Item2 > b.Item2 ? 1 : 0;
}
