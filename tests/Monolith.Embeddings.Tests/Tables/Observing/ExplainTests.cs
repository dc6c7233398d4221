using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Observing;

public sealed class ExplainTests : LeakChecked, IDisposable
{
    private static readonly ExpiryTime Later = new() { NewestEventTime = At.Seconds(130), Clock = At.Seconds(5000) };

    private ManualTime _time = null!;

    [SetUp]
    public void Start() => _time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Later.Clock.InSeconds()));

    [TearDown]
    public void Dispose() => _time.Dispose();

    [Test]
    public void A_row_is_told_with_its_norms_and_its_time()
    {
        using var table = Table(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(50)));
        table.Assign([7], [2, 3, 4, 12], At.Seconds(100));
        table.ApplyGradients([8], [1, 1, 1, 1], [], At.Seconds(130));
        var told = table.Explain(7);
        Assert.That((told.Table, told.Id, told.Now, told.HasRow), Is.EqualTo(("test", 7L, Later, true)));
        Assert.That((told.LastUpdate?.InSeconds(), told.TimeLeft, told.Admission, told.LastRemoval),
            Is.EqualTo(((uint?)100, (TimeSpan?)TimeSpan.FromSeconds(20), (AdmissionProgress?)null, (RowRemoval?)null)));
        Assert.That(told.WeightNorm, Is.EqualTo(Math.Sqrt(4 + 169)).Within(1e-12));
        Assert.That(told.Segments.Select(s => s.Name), Is.EqualTo(new[] { "bias", "vector" }));
        Assert.That(told.Segments.Select(s => s.WeightNorm), Is.EqualTo(new[] { 2.0, 13.0 }).Within(1e-12));
        // FTRL's z of an assigned weight is -w (beta + 0) / rate; Adagrad's accumulators are 0.1 each.
        Assert.That(told.Segments.Select(s => s.StateNorm), Is.EqualTo(new[] { 2 / 0.05, Math.Sqrt(3 * 0.01) }).Within(1e-5));
    }

    [Test]
    public void A_row_s_birth_and_frequency_are_told_where_they_are_tracked([Values] bool frequency, [Values] bool admission)
    {
        using var table = Table(configure: o => (o.TrackFrequency, o.TrackAdmissionTime) = (frequency, admission));
        table.LookupOrAdmit([7], [2], new float[4], At.Seconds(100));
        table.ApplyGradients([7], [1, 1, 1, 1], [3], At.Seconds(130));
        var told = table.Explain(7);
        Assert.That((told.Frequency, told.AdmittedAt?.InSeconds()),
            Is.EqualTo((frequency ? 5.0 : (double?)null, admission ? 100u : (uint?)null)));
        Assert.That(told.ToString().Contains("frequency     5 occurrences", StringComparison.Ordinal), Is.EqualTo(frequency));
        Assert.That(told.ToString().Contains("admitted      1970-01-01 00:01:40Z", StringComparison.Ordinal), Is.EqualTo(admission));
    }

    [Test]
    public void A_row_that_made_room_at_the_limit_is_told_so()
    {
        using var table = Table(configure: o => (o.AtLimit, o.MaxRows) = (new LeastRecentlyUpdatedOptions(), 100));
        for (var id = 0; id < 101; id++) table.Assign([id], new float[4], At.Seconds((uint)(100 + id)));
        Assert.That((table.Contains(0), table.Contains(1)), Is.EqualTo((false, true)));
        Assert.That(table.Explain(0).LastRemoval, Is.EqualTo(new RowRemoval
        {
            Cause = RemovalCause.Evicted,
            EventTime = At.Seconds(200),
            ClockTime = At.Seconds(5000),
            LastUpdate = At.Seconds(100),
            Policy = "least-recently-updated"
        }));
        Assert.That(table.GetStatistics().Evicted, Is.EqualTo(1));
    }

    [Test]
    public void An_id_that_is_only_counted_is_told_how_far_it_came()
    {
        using var table = Table(configure: o => o.Admission = new MinOccurrencesOptions(3));
        table.LookupOrAdmit([7, 7], [], new float[8], At.Seconds(130));
        var told = table.Explain(7);
        Assert.That((told.HasRow, told.Admission, told.LastUpdate?.InSeconds(), told.WeightNorm), Is.EqualTo((false,
            (AdmissionProgress?)new AdmissionProgress { Occurrences = 2, Threshold = 3 }, (uint?)null, (double?)null)));
        Assert.That(told.Segments, Is.Empty);
        Assert.That(told.ToString(), Does.Contain("id 7: has no row").And.Contain("2 of 3 occurrences"));
        Assert.That(table.Explain(8).ToString(), Does.Contain("not counted yet; 3 occurrences make a row"));
    }

    [Test]
    public void A_lost_row_is_told_when_and_why(
        [Values(RemovalCause.Expired, RemovalCause.Removed, RemovalCause.Cleared)] RemovalCause cause)
    {
        using var table = Table(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(20)));
        table.Assign([7], [2, 3, 4, 12], At.Seconds(100));
        table.Assign([8], [2, 3, 4, 12], At.Seconds(130));
        if (cause == RemovalCause.Expired) table.Evict();
        else if (cause == RemovalCause.Removed) table.Remove(7);
        else table.Clear();
        _time.Advance(TimeSpan.FromSeconds(60));
        var told = table.Explain(7);
        Assert.That((told.HasRow, told.LastRemoval), Is.EqualTo((false, new RowRemoval
        {
            Cause = cause,
            EventTime = At.Seconds(130),
            ClockTime = At.Seconds(5000),
            LastUpdate = At.Seconds(100),
            Policy = cause == RemovalCause.Expired ? "time-to-live" : null
        })));
        Assert.That(told.ToString(), Does.Contain("1970-01-01 00:02:10Z")
            .And.Contain("1970-01-01 01:23:20Z").And.Contain(cause.ToString().ToLowerInvariant()));
        // A rebirth does not wipe it out.
        table.Assign([7], [2, 3, 4, 12], At.Seconds(140));
        Assert.That(table.Explain(7).HasRow, Is.True);
        Assert.That(table.Explain(7).LastRemoval, Is.EqualTo(told.LastRemoval));
    }

    [Test]
    public void A_full_table_is_told([Values] bool evicts)
    {
        using var table = Table(configure: o =>
        {
            o.MaxRows = 10;
            if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
        });
        var ids = TestTable.Range(0, 20);
        table.LookupOrAdmit(ids.AsSpan(0, 9), [], new float[9 * 4], At.Seconds(100));
        Assert.That(table.Explain(19).IsRefusedForRoom, Is.False, "there is room for one");
        table.LookupOrAdmit(ids, [], new float[20 * 4], At.Seconds(130));
        var without = ids.First(id => !table.Contains(id));
        var told = table.Explain(without);
        Assert.That(told.IsRefusedForRoom, Is.EqualTo(!evicts));
        Assert.That(told.ToString().Contains("the table is full, and new ids are refused", StringComparison.Ordinal), Is.EqualTo(!evicts));
        Assert.That(table.Explain(ids.First(table.Contains)).IsRefusedForRoom, Is.False);
    }

    [Test]
    public void The_newest_removals_are_remembered_and_the_newest_of_an_id_is_told()
    {
        using var table = Table(stripes: 1, configure: o => o.RemovalHistory = 10);
        for (var id = 0; id < 30; id++)
        {
            table.Assign([id, 1000], new float[8], At.Seconds((uint)id));
            table.Remove([id, 1000]);
        }
        Assert.That(TestTable.Range(0, 30).Select(id => table.Explain(id).LastRemoval is not null),
            Is.EqualTo(Enumerable.Range(0, 30).Select(id => id >= 25)));
        Assert.That(table.Explain(1000).LastRemoval!.EventTime.InSeconds(), Is.EqualTo(29u));
        Assert.That(table.Explain(5).ToString(), Does.Contain("not lately"));
    }

    [Test]
    public void Clearing_a_large_table_is_remembered_as_far_as_there_is_room()
    {
        using var table = Table(stripes: 1, configure: o => o.RemovalHistory = 10);
        table.Assign(TestTable.Range(0, 5000), new float[20_000], At.Seconds(1));
        table.Clear();
        Assert.That(TestTable.Range(0, 5000).Count(id => table.Explain(id).LastRemoval?.Cause == RemovalCause.Cleared), Is.EqualTo(10));
    }

    [Test]
    public void Without_a_history_nothing_is_remembered()
    {
        using var table = Table(configure: o => o.RemovalHistory = 0);
        table.Assign([7], [2, 3, 4, 12], At.Seconds(100));
        table.Remove(7);
        Assert.That(table.Explain(7).LastRemoval, Is.Null);
        Assert.That(table.GetStatistics().Bytes.RemovalHistory, Is.Zero);
    }

    [Test]
    public void Explaining_changes_nothing()
    {
        using var table = Table(configure: o => o.Admission = new MinOccurrencesOptions(2));
        table.Assign([1], [2, 3, 4, 12], At.Seconds(100));
        table.LookupOrAdmit([7], [], new float[4], At.Seconds(130));
        var (before, row) = (table.GetStatistics(), TestTable.Read(table, 1));
        before = table.GetStatistics();
        for (var i = 0; i < 5; i++)
        {
            foreach (var id in new long[] { 1, 7, 8 }) table.Explain(id);
        }
        Assert.That(table.GetStatistics(), Is.EqualTo(before));
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(row));
    }

    [Test]
    public void A_row_s_words_are_for_people()
    {
        var options = TestTable.Options(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(2)));
        // The clock stands in 1970.
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 30, RefuseFutureEventTimes = false }, _time);
        table.Assign([-3], [2, 3, 4, 12], At.Seconds(1_700_000_000));
        Assert.That(table.Explain(-3).ToString(), Is.EqualTo(
            """
            Table 'test', id -3: has a row.
              last update   2023-11-14 22:13:20Z
              time to live  2.00:00:00 left
              norm          13.1529
                bias        weights 2, optimizer state 40
                vector      weights 13, optimizer state 0.173205
              now           2023-11-14 22:13:20Z by the newest event, 1970-01-01 01:23:20Z by the clock

            """.ReplaceLineEndings("\n")));
        table.ConfirmEventTime(1_800_000_000);
        Assert.That(table.Explain(-3).ToString(), Does.Contain("over: it goes at the next eviction"));
    }

    [Test]
    public void A_disposed_table_explains_nothing()
    {
        var table = Table();
        table.Dispose();
        Assert.That(() => table.Explain(1), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => table.DryRun(new TimeToLiveOptions()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [TestCase(-1)]
    [TestCase(EmbeddingTableOptions.MaxRemovalHistory + 1)]
    public void A_history_of_an_impossible_length_is_refused(int length) =>
        Assert.That(OptionFailures.PathsOf(() => Table(configure: o => o.RemovalHistory = length)), Is.EqualTo(new[] { "RemovalHistory" }));

    private EmbeddingTable Table(int stripes = 4, Action<EmbeddingTableOptions>? configure = null) =>
        TestTable.Create(TestTable.Options(stripes, configure: configure), time: _time);
}
