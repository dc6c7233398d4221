using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Capacity;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>Ten times as many ids come as fit, out of twice as many as fit: which rows are left is what a dictionary and a sort
/// say.</summary>
public class EvictionAtLimitTests : LeakChecked
{
    // Wide rows: a limit that is large enough for 64 stripes then has few of them, and sorting them often is quick.
    private const int Dimension = 1024;

    private static readonly float[] Zeros = new float[IdStream.LargestBatch * Dimension];

    public enum Policy
    {
        Refuse,
        LeastRecentlyUpdated,
        LeastFrequentlyUsed,
        Own,
    }

    [Test]
    public void The_survivors_are_those_of_a_sort(
        [Values] Policy policy, [Values] bool isZipf, [Values(0, 2)] int occurrences, [Values(1, 16, 64)] int stripes)
    {
        using var set = new EmbeddingTableSet(
            new TableSchema([Options(policy, stripes, occurrences)]), new() { MemoryLimitBytes = 16 << 20 });
        var table = set.Tables[0];
        Assert.That(table.StripeCount, Is.EqualTo(stripes), "the limit is large enough for all of them");
        var model = new LimitModel(table.RowLimit, occurrences, Score(policy));
        var stream = new IdStream(2 * table.RowLimit, isZipf, seed: 7);
        // Of Zipf's ids most are rare, and a filter keeps them out.
        var length = (isZipf && occurrences > 0 ? 40 : 10) * table.RowLimit;
        for (var done = 0L; done < length;)
        {
            var ids = stream.Next();
            Learn(table, model, ids, stream);
            done += ids.Length;
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
            Assert.That(table.Count, Is.EqualTo(model.Count).And.LessThanOrEqualTo(table.RowLimit));
        }
        AssertEqual(table, model, stream);
        // The stream was long enough to show something.
        Assert.That(policy == Policy.Refuse ? model.Refused : model.Evicted, Is.GreaterThan(table.RowLimit / 4));
    }

    [Test]
    public void One_batch_of_ten_times_the_rows_leaves_the_newest([Values(1, 16)] int stripes, [Values(1, 63, 64, 1000)] int rows)
    {
        using var table = TestTable.Create(
            TestTable.Plain(stripes, 2, o => (o.MaxRows, o.AtLimit) = (rows, new PlugIns { OnScore = row => row.Id }.AtLimit)));
        long[] ids = TestTable.Range(-5 * rows, 10 * rows);
        Assert.That(table.Assign(ids, new float[2 * ids.Length], At.Seconds(0)), Is.EqualTo(ids.Length));
        // Room for a 64th is made at a time, and the last part of the batch need not have filled it.
        Assert.That(table.Count, Is.InRange(rows - rows / 64, rows));
        Assert.That(table.Contains(ids.AsSpan(^(int)table.Count..), new bool[table.Count]), Is.EqualTo(table.Count));
        Assert.That((table.GetStatistics().Refused, table.GetStatistics().Evicted), Is.EqualTo((0L, ids.Length - table.Count)));
    }

    [Test]
    public void What_a_full_filter_refuses_does_not_depend_on_the_stripes([Values] bool evicts)
    {
        var results = new List<(long[] Ids, EmbeddingTableStatistics Statistics)>();
        foreach (var stripes in new[] { 1, 2, 16, 64 })
        {
            using var table = TestTable.Create(TestTable.Plain(stripes, 1, o =>
            {
                (o.MaxRows, o.Admission) = (3000, new MinOccurrencesOptions(3));
                if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
            }), limit: 10 << 20);
            // More ids than the filter may count; many come back, so that places become free in the middle of a batch.
            var stream = new IdStream(200_000, isZipf: true, seed: 5);
            for (var i = 0; i < 600; i++)
            {
                var ids = stream.Next();
                table.LookupOrAdmit(ids, [], new float[ids.Length], At.Seconds(stream.Time));
            }
            var found = new bool[stream.Pool.Length];
            table.Contains(stream.Pool, found);
            results.Add(([.. stream.Pool.Where((_, i) => found[i])], table.GetStatistics()));
        }
        var first = results[0];
        Assert.That(first.Statistics.Refused, Is.GreaterThan(1000));
        Assert.That(results.Select(r => r.Ids), Is.All.EqualTo(first.Ids));
        Assert.That(results.Select(r => (r.Statistics.Refused, r.Statistics.Evicted, r.Statistics.PendingIds)),
            Is.All.EqualTo((first.Statistics.Refused, first.Statistics.Evicted, first.Statistics.PendingIds)));
    }

    [Test]
    public void Ids_that_have_rows_push_nobody_out([Values] bool evicts)
    {
        using var table = TestTable.Create(TestTable.Plain(4, 2, o =>
        {
            o.MaxRows = 1000;
            if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
        }));
        long[] ids = TestTable.Range(0, 1000);
        table.Assign(ids, new float[2000], At.Seconds(0));
        for (var time = 1u; time < 20; time++)
        {
            table.LookupOrAdmit(ids, [], new float[2000], At.Seconds(time));
            table.ApplyGradients(ids, new float[2000], [], At.Seconds(time));
            table.ApplyGradients([.. ids, 5000], new float[2002], [], At.Seconds(time), step: 0, absent: AbsentIds.Drop);
        }
        Assert.That((table.Count, table.GetStatistics().Evicted, table.GetStatistics().Refused), Is.EqualTo((1000L, 0L, 0L)));
    }

    [Test]
    public void Refusal_is_by_the_order_of_the_batch([Values(1, 4, 64)] int stripes)
    {
        using var table = TestTable.Create(TestTable.Plain(stripes, 2, o => o.MaxRows = 100));
        long[] ids = [.. TestTable.Range(0, 90), 3, 3, .. TestTable.Range(1000, 500), 1003, 1499];
        table.LookupOrAdmit(ids, [], new float[2 * ids.Length], At.Seconds(0));
        var found = new bool[ids.Length];
        Assert.That((table.Count, table.Contains(ids, found)), Is.EqualTo((100L, 103)));
        Assert.That(found, Is.EqualTo(ids.Select(id => id is < 90 or (>= 1000 and < 1010))));
        Assert.That(table.GetStatistics().Refused, Is.EqualTo(491));
    }

    [Test]
    public void A_table_at_the_limit_evicts_its_own_rows()
    {
        var (first, second) = (TestTable.Plain(4, 32, o => o.AtLimit = new LeastRecentlyUpdatedOptions()), TestTable.Plain(4, 8));
        second.Name = "other";
        using var set = new EmbeddingTableSet(new TableSchema([first, second]), new() { MemoryLimitBytes = 4 << 20 });
        var (evicting, refusing) = (set.Tables[0], set.Tables[1]);
        Assert.That(refusing.Assign(TestTable.Range(0, 10_000), new float[80_000], At.Seconds(0)), Is.EqualTo(10_000));
        for (var i = 0; i < 100; i++)
        {
            Assert.That(evicting.Assign(TestTable.Range(i * 1000, 1000), new float[32_000], At.Seconds((uint)i)), Is.EqualTo(1000));
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
        }
        Assert.That((refusing.Count, refusing.GetStatistics().Evicted), Is.EqualTo((10_000L, 0L)));
        Assert.That(evicting.Count, Is.InRange(evicting.RowLimit / 3, evicting.RowLimit));
        Assert.That(evicting.Contains(TestTable.Range(95_000, 5000), new bool[5000]), Is.EqualTo(5000), "the newest");
        // A table without rows of its own has none to give.
        evicting.Clear();
        while (refusing.Assign(TestTable.Range(refusing.Count, 500), new float[4000], At.Seconds(0)) == 500)
        {
        }
        Assert.That(evicting.Assign(TestTable.Range(0, 500), new float[16_000], At.Seconds(0)), Is.LessThan(500));
        Assert.That(evicting.GetStatistics().Refused, Is.Positive);
    }

    [Test]
    public void A_policy_is_told_what_the_table_tracks()
    {
        var seen = new Dictionary<long, (long, uint, double, uint)>();
        var hooks = new PlugIns();
        hooks.OnScore = row =>
        {
            seen[row.Id] = (row.Id, row.LastUpdate.InSeconds(), row.Frequency, row.AdmittedAt.InSeconds());
            return row.LastUpdate.InSeconds();
        };
        using var table = TestTable.Create(TestTable.Plain(1, 1, o =>
            (o.MaxRows, o.AtLimit, o.TrackFrequency, o.TrackAdmissionTime, o.Admission) =
                (3, hooks.AtLimit, true, true, new MinOccurrencesOptions(4))));
        table.LookupOrAdmit([1, 2], [3, 5], new float[2], At.Seconds(10));
        table.LookupOrAdmit([1], [7], new float[1], At.Seconds(20));
        table.ApplyGradients([1, 1, 2], [1, 1, 1], [2, 1, 9], At.Seconds(30));
        table.Assign([3], [1], At.Seconds(40));
        table.Assign([4], [1], At.Seconds(50));
        Assert.That(seen.Values, Is.EquivalentTo(new (long, uint, double, uint)[] { (1, 30, 10, 20), (2, 30, 14, 10), (3, 40, 0, 40) }));
    }

    private static EmbeddingTableOptions Options(Policy policy, int stripes, int occurrences) => TestTable.Plain(stripes, Dimension, o =>
    {
        o.TrackFrequency = policy == Policy.LeastFrequentlyUsed;
        if (occurrences > 0) o.Admission = new MinOccurrencesOptions(occurrences);
        o.AtLimit = policy switch
        {
            Policy.LeastRecentlyUpdated => new LeastRecentlyUpdatedOptions(),
            Policy.LeastFrequentlyUsed => new LeastFrequentlyUsedOptions(),
            Policy.Own => new PlugIns { OnScore = Score(Policy.Own)! }.AtLimit,
            _ => null,
        };
    });

    private static Func<RowMetadata, double>? Score(Policy policy) => policy switch
    {
        Policy.LeastRecentlyUpdated => row => row.LastUpdate.InSeconds(),
        Policy.LeastFrequentlyUsed => row => row.Frequency,
        // Many ties, both zeros, and no number at all.
        Policy.Own => row => (row.Id % 5) switch
        {
            0 => double.NaN,
            1 => -0.0,
            2 => 0.0,
            3 => -row.LastUpdate.InSeconds(),
            _ => double.PositiveInfinity,
        },
        _ => null,
    };

    private static void Learn(EmbeddingTable table, LimitModel model, long[] ids, IdStream stream)
    {
        var floats = Zeros.AsSpan(0, ids.Length * Dimension);
        if (ids.Length % 2 == 0)
        {
            table.ApplyGradients(ids, floats, [], At.Seconds(stream.Time));
            model.Learn(ids, stream.Time, isLearning: true);
            return;
        }
        table.LookupOrAdmit(ids, [], floats, At.Seconds(stream.Time));
        model.Learn(ids, stream.Time, isLearning: false);
    }

    private static void AssertEqual(EmbeddingTable table, LimitModel model, IdStream stream)
    {
        var found = new bool[stream.Pool.Length];
        table.Contains(stream.Pool, found);
        Assert.That(found, Is.EqualTo(stream.Pool.Select(model.Contains)));
        var statistics = table.GetStatistics();
        Assert.That((statistics.Evicted, statistics.Refused, statistics.PendingIds),
            Is.EqualTo((model.Evicted, model.Refused, (long)model.PendingCount)));
        Assert.That(statistics.Created - statistics.Evicted, Is.EqualTo(table.Count));
    }
}
