using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Rows that were written without a time, before their table knew any.</summary>
public class UntimedRowTests : LeakChecked
{
    private const uint Day = 86_400, Start = 1_700_000_000;
    private const int Rows = 3000;

    [Test]
    public void They_live_from_the_first_eviction_on_that_knows_a_time(
        [Values] ExpiryClock clock, [Values] bool bySlot, [Values] bool isEnumerated)
    {
        using var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start));
        var policy = new TimeToLiveOptions(TimeSpan.FromDays(90)) { Clock = clock };
        // Then the policy is asked row by row.
        if (bySlot) policy.BySlot[5] = TimeSpan.FromDays(1);
        using var table = TestTable.Create(TestTable.Plain(4, 1, o => (o.Expiry, o.IdsCarrySlots) = (policy, bySlot)), time: time);
        table.Assign(TestTable.Range(0, Rows), new float[Rows], At.Seconds(0));
        Assert.That((table.Evict(), table.DryRun(policy).Rows), Is.EqualTo((0L, 0L)), "no time is known");
        table.LookupOrAdmit([Rows], [], new float[1], At.Seconds(Start));
        Assert.That((table.DryRun(policy).Rows, table.Explain(1).TimeLeft), Is.EqualTo((0L, TimeSpan.FromDays(90))));
        Assert.That(Evict(table, isEnumerated), Is.Zero);
        Assert.That(LastUpdates(table), Is.EqualTo(Enumerable.Repeat(Start, Rows + 1)));
        Go(90 * Day - 1);
        Assert.That(Evict(table, isEnumerated), Is.Zero);
        Go(1);
        Assert.That((Evict(table, isEnumerated), table.Count), Is.EqualTo((Rows + 1L, 1L)));

        void Go(uint seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            table.ConfirmEventTime((uint)time.GetUtcNow().ToUnixTimeSeconds());
            table.Assign([-1], [1], table.NewestEventTime);
        }
    }

    [Test]
    public void A_stream_without_times_expires_nothing_by_the_clock_either()
    {
        using var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start));
        using var table = TestTable.Create(
            TestTable.Plain(4, 1, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(1)) { Clock = ExpiryClock.WallClock }),
            time: time);
        table.Assign(TestTable.Range(0, Rows), new float[Rows], At.Seconds(0));
        time.Advance(TimeSpan.FromDays(100));
        Assert.That((table.Evict(), table.Count, table.GetStatistics().ImplausibleEventTimes), Is.EqualTo((0L, (long)Rows, 1L)));
    }

    [Test]
    public void A_verb_without_a_time_takes_the_newest()
    {
        var policy = new TimeToLiveOptions(TimeSpan.FromDays(1));
        using var table = TestTable.Create(TestTable.Plain(4, 1, o => (o.Expiry, o.TrackAdmissionTime) = (policy, true)));
        table.Assign([1], [1], At.Seconds(Start));
        table.Assign([2], [1], At.Seconds(0));
        table.AssignAdd([3], [1], At.Seconds(0));
        table.LookupOrAdmit([4], [], new float[1], At.Seconds(0));
        table.ApplyGradients([5], [1], [], At.Seconds(0));
        table.Assign([1], [1], At.Seconds(Start + 5));
        table.ApplyGradients([2], [1], [], At.Seconds(0));
        Assert.That(new long[] { 2, 3, 4, 5 }.Select(id => table.Explain(id).AdmittedAt?.InSeconds()), Is.All.EqualTo(Start));
        Assert.That((table.Explain(2).LastUpdate?.InSeconds(), table.GetStatistics().ImplausibleEventTimes), Is.EqualTo((Start + 5, 5L)));
    }

    [Test]
    public void The_first_call_without_a_time_is_logged_where_rows_expire([Values] bool expires)
    {
        var log = new FakeLogger();
        var options = TestTable.Plain(4, 1, o => o.Expiry = expires ? new TimeToLiveOptions(TimeSpan.FromDays(1)) : null);
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 26, Logger = log });
        for (var i = 0; i < 10; i++) table.Assign([i], [1], At.Seconds(0));
        // Seconds divided by 1000.
        for (var i = 0; i < 10; i++) table.Assign([i], [1], At.Seconds(Start / 1000));
        Assert.That(log.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo(expires ? new[] { 1021 } : []));
        Assert.That(table.GetStatistics().ImplausibleEventTimes, Is.EqualTo(20));
    }

    private static List<uint> LastUpdates(EmbeddingTable table)
    {
        var times = new List<uint>();
        foreach (var chunk in table.EnumerateRows())
        {
            foreach (var time in chunk.LastUpdatesMilliseconds) times.Add((uint)(time / 1000));
        }
        return times;
    }

    private static long Evict(EmbeddingTable table, bool isEnumerated)
    {
        if (!isEnumerated) return table.Evict();
        using var rows = table.EnumerateRows(1000);
        rows.MoveNext();
        return table.Evict();
    }
}
