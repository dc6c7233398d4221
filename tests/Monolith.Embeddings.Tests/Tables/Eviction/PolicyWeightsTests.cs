using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>A policy that reads weights is shown those that a lookup gives, in whatever precision they are stored.</summary>
[TestFixture(RowPrecision.Float32, RowPrecision.Float32)]
[TestFixture(RowPrecision.Float16, RowPrecision.Float16)]
[TestFixture(RowPrecision.BFloat16, RowPrecision.BFloat16)]
[TestFixture(RowPrecision.Float32, RowPrecision.BFloat16)]
[TestFixture(RowPrecision.Float16, RowPrecision.Float32)]
public class PolicyWeightsTests(RowPrecision first, RowPrecision second) : LeakChecked
{
    private const int Rows = 640, Dimension = 8;

    private static readonly long[] Ids = TestTable.Range(-300, Rows);

    private Dictionary<long, float[]> _weights = null!;
    private EmbeddingTable _table = null!;

    [TearDown]
    public void Dispose() => _table.Dispose();

    [Test]
    public void At_the_limit_those_of_the_lowest_scores_go([Values(1, 4)] int stripes)
    {
        Create(stripes, o => (o.AtLimit, o.MaxRows) = (ByWeights(), Rows));
        long[] worst = [.. ByWorth().Take(Rows / 64)];
        _table.Lookup(Ids, new float[Rows * Dimension]);
        Assert.That(_table.DryRunAtLimit().Rows, Is.EqualTo(worst.Length));
        Assert.That(_table.DryRunAtLimit().MissedLookupShare, Is.EqualTo(worst.Count(IsSampled) * 1024 / (double)Rows));
        _table.Assign([1_000_000], new float[Dimension], At.Seconds(1));
        Assert.That(Survivors(), Is.EquivalentTo(Ids.Except(worst)));
    }

    [Test]
    public void The_best_stay([Values(1, 4)] int stripes)
    {
        Create(stripes, o => o.Expiry = new KeepBestOptions(100, ByWeights()));
        Assert.That(_table.DryRun(new KeepBestOptions(50, ByWeights())).Rows, Is.EqualTo(Rows - 50));
        Assert.That(_table.Evict(), Is.EqualTo(Rows - 100));
        Assert.That(Survivors(), Is.EquivalentTo(ByWorth().TakeLast(100)));
    }

    [Test]
    public void Small_rows_go([Values(null, "first", "second")] string? segment)
    {
        const double Bound = 130;
        var policy = new LowNormOptions(Bound, segment);
        Create(4, o => o.Expiry = policy);
        Range part = segment switch { null => .., "first" => ..3, _ => 3.. };
        long[] small = [.. Ids.Where(id => _weights[id][part].Sum(w => (double)w * w) < Bound * Bound)];
        Assert.That(small, Has.Length.InRange(10, Rows - 10));
        Assert.That((_table.DryRun(policy).Rows, _table.Evict()), Is.EqualTo(((long)small.Length, (long)small.Length)));
        Assert.That(Survivors(), Is.EquivalentTo(Ids.Except(small)));
    }

    [Test]
    public void A_predicate_is_shown_every_row_s_weights_at_any_time_of_a_pass()
    {
        var (wrong, asked) = (new List<long>(), 0);
        bool IsWorthless(in RowMetadata row, in ExpiryTime now)
        {
            asked++;
            if (!row.Weights.SequenceEqual(_weights[row.Id])) wrong.Add(row.Id);
            return Worth(row.Weights) < 0;
        }
        var policy = new ExpireIfOptions(IsWorthless) { ReadsWeights = true };
        Create(4, o => o.Expiry = policy);
        var worthless = Ids.Count(id => Worth(_weights[id]) < 0);
        Assert.That(_table.DryRun(policy).Rows, Is.EqualTo(worthless));
        _table.BeginPass();
        Assert.That(_table.Contains(Ids, new bool[Rows]), Is.EqualTo(Rows - worthless));
        for (var stripe = 0; stripe < 4; stripe++) _table.ReclaimSlice(stripe, 7);
        foreach (var id in Ids) Assert.That(_table.Explain(id).HasRow, Is.EqualTo(Worth(_weights[id]) >= 0));
        Assert.That(_table.Evict(), Is.Positive);
        Assert.That((_table.Count, wrong.Count), Is.EqualTo((Rows - worthless, 0)));
        Assert.That(asked, Is.GreaterThan(3 * Rows));
    }

    // Segments of odd dimensions, and values that every precision holds exactly.
    private void Create(int stripes, Action<EmbeddingTableOptions> configure)
    {
        var options = new EmbeddingTableOptions { Name = "weighed", Stripes = stripes };
        options.Segments.Add(new SegmentOptions { Name = "first", Dimension = 3, Precision = first });
        options.Segments.Add(new SegmentOptions { Name = "second", Dimension = 5, Precision = second });
        configure(options);
        _table = TestTable.Create(options);
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, Rows * Dimension).Select(_ => (float)random.Next(-100, 100))];
        _weights = Enumerable.Range(0, Rows).ToDictionary(i => Ids[i], i => values[(i * Dimension)..((i + 1) * Dimension)]);
        _table.Assign(Ids, values, At.Seconds(1));
    }

    private static EvictionPolicyOptions ByWeights() => new PlugIns { ReadsWeights = true, OnScore = row => Worth(row.Weights) }.AtLimit;

    private static double Worth(ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++) sum += (i + 1) * weights[i];
        return sum;
    }

    private static bool IsSampled(long id) => LookupSamples.IsSampled(KeyMixer.Mix(unchecked((ulong)id)));

    private IEnumerable<long> ByWorth() => Ids.OrderBy(id => Worth(_weights[id])).ThenBy(id => KeyMixer.Mix(unchecked((ulong)id)));

    private IEnumerable<long> Survivors() => Ids.Where(_table.Contains);
}
