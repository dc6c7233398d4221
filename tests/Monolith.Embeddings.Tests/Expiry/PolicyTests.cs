using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Expiry;

public class PolicyTests : LeakChecked
{
    private static readonly ExpiryTime Now = new() { NewestEventTime = At.Seconds(1000), Clock = At.Seconds(2000) };

    [Test]
    public void Slots_have_times_of_their_own_and_the_others_the_common_one()
    {
        var options = new TimeToLiveOptions(TimeSpan.FromSeconds(100))
        {
            BySlot = { [3] = TimeSpan.FromSeconds(10), [5] = TimeSpan.FromSeconds(500) }
        };
        var policy = options.Create();
        foreach (var (slot, seconds) in new[] { (3, 10u), (5, 500u), (4, 100u), (6, 100u), (FeatureId.MaxSlot, 100u) })
        {
            var id = FeatureId.Of(slot, 77);
            Assert.That(policy.IsExpired(new RowMetadata(id, At.Seconds(1000 - seconds)), Now), Is.True, $"slot {slot}, age {seconds}");
            Assert.That(policy.IsExpired(new RowMetadata(id, At.Seconds(1001 - seconds)), Now), Is.False,
                $"slot {slot}, age {seconds} - 1");
            Assert.That(policy.TimeLeft(new RowMetadata(id, At.Seconds(1001 - seconds)), Now), Is.EqualTo(TimeSpan.FromSeconds(1)));
        }
        Assert.That(policy.ForgetPendingUpTo(Now)?.InSeconds(), Is.EqualTo(500), "counted ids are kept as long as any row");
    }

    [TestCase(3f, 4f, 5, false, Description = "exactly the bound")]
    [TestCase(3f, 4f, 5.001, true)]
    [TestCase(0f, 0f, 1e-30, true)]
    [TestCase(3e38f, 3e38f, 1e38, false)]
    public void A_row_of_a_norm_below_the_bound_goes(float first, float second, double bound, bool isExpired) =>
        Assert.That(new LowNormOptions(bound).Create().IsExpired(new RowMetadata(1, At.Seconds(0), weights: [first, second]), Now),
            Is.EqualTo(isExpired));

    [Test]
    public void A_segment_s_norm_is_of_its_weights_alone([Values] RowPrecision precision)
    {
        using var table = TestTable.Create(TestTable.Options(4, 3, o =>
        {
            o.Expiry = new LowNormOptions(1, "vector");
            foreach (var segment in o.Segments) segment.Precision = precision;
        }));
        table.Assign([1, 2, 3], [0, 1, 1, 1, 9, 0.5f, 0.5f, 0.5f, 0, 0.9f, 0.9f, 0], At.Seconds(0));
        Assert.That(table.DryRun(new LowNormOptions(1, "bias")).Rows, Is.EqualTo(2));
        Assert.That((table.DryRun(new LowNormOptions(1, "vector")).Rows, table.Evict()), Is.EqualTo((1L, 1L)));
        Assert.That((table.Contains(2), table.Explain(2).LastRemoval!.Policy), Is.EqualTo((false, "low-norm")));
    }

    [Test]
    public void Joined_policies_say_what_their_parts_say()
    {
        ExpiryPolicyOptions old = new TimeToLiveOptions(TimeSpan.FromSeconds(10)),
            odd = new ExpireIfOptions((in RowMetadata row, in ExpiryTime _) => row.Id % 2 != 0) { Name = "odd" };
        var (any, all) = (new ExpireIfAnyOptions(old, odd).Create(), new ExpireIfAllOptions(old, odd).Create());
        foreach (var id in new[] { 1L, 2L })
        {
            foreach (var time in new[] { 990u, 991u })
            {
                var row = new RowMetadata(id, At.Seconds(time));
                Assert.That(any.IsExpired(row, Now), Is.EqualTo(id == 1 || time == 990));
                Assert.That(all.IsExpired(row, Now), Is.EqualTo(id == 1 && time == 990));
            }
        }
        Assert.That((any.Name, all.Name), Is.EqualTo(("any-of(time-to-live, odd)", "all-of(time-to-live, odd)")));
        Assert.That(any.TimeLeft(new RowMetadata(2, At.Seconds(995)), Now), Is.Null, "the other one may come first");
        Assert.That(any.TimeLeft(new RowMetadata(2, At.Seconds(980)), Now), Is.EqualTo(TimeSpan.Zero));
        Assert.That((any.ForgetPendingUpTo(Now)?.InSeconds(), all.ForgetPendingUpTo(Now)?.InSeconds()),
            Is.EqualTo(((uint?)990, (uint?)null)));
        var later = new TimeToLiveOptions(TimeSpan.FromSeconds(20));
        Assert.That(new ExpireIfAllOptions(old, later).Create().TimeLeft(new RowMetadata(2, At.Seconds(995)), Now),
            Is.EqualTo(TimeSpan.FromSeconds(15)));
        Assert.That(new ExpireIfAnyOptions(old, later).Create().TimeLeft(new RowMetadata(2, At.Seconds(995)), Now),
            Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That((new ExpireIfAllOptions(old, later).Create().ForgetPendingUpTo(Now)?.InSeconds(),
            new ExpireIfAnyOptions(old, later).Create().ForgetPendingUpTo(Now)?.InSeconds()), Is.EqualTo(((uint?)980, (uint?)990)));
    }

    [Test]
    public void The_best_rows_stay_and_ties_are_broken_by_the_mixed_id(
        [Values(1, 4, 64)] int stripes, [Values(1, 50, 999, 1000, 2000)] int kept, [Values(1, 7, 1000)] int scores)
    {
        var by = new PlugIns
        {
            OnScore = row => (row.Id % scores) switch { 0 => double.NaN, 1 => -1e300, var score => score * 1e-3 }
        }.AtLimit;
        using var table = TestTable.Create(TestTable.Plain(stripes, 1, o => o.Expiry = new KeepBestOptions(kept, by)));
        var ids = TestTable.Range(0, 1000);
        table.Assign(ids, new float[1000], At.Seconds(0));
        var forecast = table.DryRun(new KeepBestOptions(kept, by)).Rows;
        Assert.That((forecast, table.Evict()), Is.EqualTo(((long)Math.Max(0, 1000 - kept), forecast)));
        // Of doubles, NaN sorts first.
        var best = ids.OrderByDescending(id => by.Create().Score(new RowMetadata(id, At.Seconds(0))))
            .ThenByDescending(id => Embeddings.Hashing.KeyMixer.Mix((ulong)id)).Take(kept).ToArray();
        Assert.That(table.Contains(best, new bool[best.Length]), Is.EqualTo(Math.Min(kept, 1000)));
    }

    [Test]
    public void A_decayed_count_is_the_sum_of_what_each_occurrence_is_worth([Values(1, 60, 86_400)] int halfLife)
    {
        var (decay, random) = (new FrequencyDecay(TimeSpan.FromSeconds(halfLife)), new Random(5));
        var (frequency, last, seen) = (0f, 1_000_000u, new List<(uint Time, int Count)>());
        for (var i = 0; i < 1000; i++)
        {
            // Some come late.
            var (time, count) = ((uint)(last + random.Next(-halfLife, 2 * halfLife)), random.Next(0, 5));
            seen.Add((time, count));
            (frequency, last) = (decay.Add(frequency, last, count, time), Math.Max(last, time));
            var truth = seen.Sum(s => s.Count * Math.Pow(2, -(double)(last - s.Time) / halfLife));
            Assert.That(frequency, Is.EqualTo(truth).Within(1e-5 * truth + 1e-30));
        }
    }

    [Test]
    public void The_rank_of_a_decayed_count_is_the_same_at_any_later_time()
    {
        var (decay, random) = (new FrequencyDecay(TimeSpan.FromSeconds(100)), new Random(6));
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) =
                ((F: 10 * random.NextDouble(), T: (uint)random.Next(1000)), (F: 10 * random.NextDouble(), T: (uint)random.Next(1000)));
            var (worthA, worthB) = (a.F * Math.Pow(2, -(1000.0 - a.T) / 100), b.F * Math.Pow(2, -(1000.0 - b.T) / 100));
            Assert.That(decay.Rank(a.F, a.T) < decay.Rank(b.F, b.T), Is.EqualTo(worthA < worthB));
        }
        Assert.That(decay.Rank(0, 5), Is.EqualTo(double.NegativeInfinity));
    }

    [Test]
    public void A_table_lets_counts_decay_and_the_least_worth_go_first()
    {
        var policy = new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.FromSeconds(10) };
        using var table = TestTable.Create(TestTable.Plain(4, 1, o => (o.AtLimit, o.MaxRows, o.TrackFrequency) = (policy, 2, true)));
        table.LookupOrAdmit([1], [16], new float[1], At.Seconds(100));
        table.LookupOrAdmit([2], [5], new float[1], At.Seconds(120));
        table.ApplyGradients([1], [0], [1], At.Seconds(120));
        Assert.That((table.Explain(1).Frequency, table.Explain(2).Frequency), Is.EqualTo((5.0, 5.0)), "16 have become 4");
        table.Assign([1], [0], At.Seconds(130));
        table.ApplyGradients([2], [0], [2], At.Seconds(100));
        Assert.That((table.Explain(1).Frequency, table.Explain(2).Frequency), Is.EqualTo((2.5, 5.5)),
            "as of the last update; what came late is worth less");
        // At time 120 the first one is worth as much as before, 5.
        table.LookupOrAdmit([3], [9], new float[1], At.Seconds(130));
        Assert.That((table.Contains(1), table.Contains(2)), Is.EqualTo((false, true)));
    }

    [Test]
    public void All_errors_are_listed()
    {
        Assert.That(Paths(o => o.Expiry = new TimeToLiveOptions { BySlot = { [1] = TimeSpan.FromSeconds(5) } }),
            Is.EqualTo(new[] { "Expiry.BySlot" }));
        Assert.That(OptionFailures.PathsOf(
            () => new TimeToLiveOptions { BySlot = { [-1] = TimeSpan.Zero, [32_768] = TimeSpan.FromDays(1) } }.Create()),
            Is.EqualTo(new[] { "BySlot[-1]", "BySlot[-1]", "BySlot[32768]" }));
        Assert.That(Paths(o => o.Expiry = new LowNormOptions(0, "other")), Is.EqualTo(new[] { "Expiry.Bound", "Expiry.Segment" }));
        Assert.That(Paths(o => o.Expiry = new KeepBestOptions(0, new LeastFrequentlyUsedOptions())),
            Is.EqualTo(new[] { "Expiry.Rows", "Expiry.By" }));
        Assert.That(Paths(o => o.Expiry = new ExpireIfAnyOptions()), Is.EqualTo(new[] { "Expiry.Policies" }));
        Assert.That(Paths(o => o.Expiry = new ExpireIfAllOptions(new ExpireIfAnyOptions(new LowNormOptions(-1)), null!)),
            Is.EqualTo(new[] { "Expiry.Policies[0].Policies[0].Bound", "Expiry.Policies[1]" }));
        Assert.That(Paths(o => o.Expiry = new ExpireIfOptions(null!) { Name = "", NeedsFrequency = true, NeedsAdmissionTime = true }),
            Is.EqualTo(new[] { "Expiry.Predicate", "Expiry.Name", "Expiry.NeedsFrequency", "Expiry.NeedsAdmissionTime" }));
        Assert.That(
            Paths(o => (o.TrackFrequency, o.AtLimit, o.Expiry) = (true, new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.FromDays(1) },
            new KeepBestOptions(1, new LeastFrequentlyUsedOptions()))), Is.EqualTo(new[] { "Expiry.By" }));
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(TestTable.Plain(configure: o => (o.AtLimit, o.TrackFrequency) = (
            new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.Zero }, true)))), Is.EqualTo(new[] { "AtLimit.HalfLife" }));
        using var table = TestTable.Create(TestTable.Plain());
        Assert.That(OptionFailures.PathsOf(() => table.DryRun(new KeepBestOptions(5, new LeastFrequentlyUsedOptions()))),
            Is.EqualTo(new[] { "By" }));
    }

    private static string[] Paths(Action<EmbeddingTableOptions> configure) =>
        [.. OptionFailures.PathsOf(() => TestTable.Create(TestTable.Plain(configure: configure)))];
}
