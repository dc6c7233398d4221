using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Event times that a wrong clock gave, of a device or of the host, and the way back.</summary>
public sealed class WrongEventTimeTests : LeakChecked, IDisposable
{
    private const uint Day = 86_400, Start = 1_700_000_000, Year2099 = 4_070_908_800;

    private readonly FakeLogger _log = new();
    private ManualTime _clock = null!;

    [SetUp]
    public void SetClock() => _clock = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(Start + Day / 2));

    [TearDown]
    public void Dispose() => _clock.Dispose();

    [Test]
    public void A_first_time_of_the_future_is_not_believed_and_counted()
    {
        using var table = Table();
        table.Assign([1], [1], At.Seconds(Year2099));
        Assert.That((table.NewestEventTime.InSeconds(), table.GetStatistics().FutureEventTimes), Is.EqualTo((0u, 1L)));
        table.Assign([2], [1], At.Seconds(Start));
        Assert.That((table.NewestEventTime.InSeconds(), table.Evict(), table.Count), Is.EqualTo((Start, 0L, 2L)));
        Assert.That(table.Explain(1).LastUpdate?.InSeconds(), Is.EqualTo(Start), "the eviction has dated it");
    }

    [Test]
    public void No_number_of_calls_confirms_the_future()
    {
        using var table = Table();
        table.Assign([1], [1], At.Seconds(Start));
        for (var i = 0; i < 1000; i++) table.LookupOrAdmit([2], [], new float[1], At.Seconds(Year2099 + (uint)i));
        var told = table.GetStatistics();
        Assert.That((table.NewestEventTime.InSeconds(), table.Evict()), Is.EqualTo((Start, 0L)));
        Assert.That((told.FutureEventTimes, told.ClampedEventTimes), Is.EqualTo((1000L, 1000L)));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(Start + Day), "as late as may be");
        Assert.That(_log.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo(new[] { 1020 }), "once an hour");
        Assert.That(_log.LatestRecord.Message, Does.Contain("2099-01-01").And.Contain("2023-11-15"));
    }

    [Test]
    public void A_host_whose_clock_is_behind_expires_nothing_and_catches_up()
    {
        _clock.Dispose();
        _clock = new ManualTime(DateTimeOffset.UnixEpoch);
        using var behind = Table();
        for (var day = 0u; day < 30; day++) behind.Assign([day], [1], At.Seconds(Start + day * Day));
        Assert.That((behind.Evict(), behind.Count, behind.NewestEventTime.InSeconds()), Is.EqualTo((0L, 30L, 0u)));
        Assert.That(behind.GetStatistics().FutureEventTimes, Is.EqualTo(30));
        _clock.Advance(DateTimeOffset.FromUnixTimeSeconds(Start + 30 * Day) - DateTimeOffset.UnixEpoch);
        behind.Assign([100], [1], At.Seconds(Start + 30 * Day));
        Assert.That((behind.NewestEventTime.InSeconds(), behind.Evict()), Is.EqualTo((Start + 30 * Day, 0L)));
        Assert.That(behind.Explain(0).LastUpdate?.InSeconds(), Is.EqualTo(Start + 30 * Day), "it counts from here");
    }

    [Test]
    public void A_first_time_that_others_contradict_is_taken_back()
    {
        _clock.Advance(TimeSpan.FromDays(1000));
        using var table = Table();
        table.Assign([0], [1], At.Seconds(Start + 900 * Day));
        for (var i = 1u; i <= 17; i++) table.Assign([i], [1], At.Seconds(Start + i));
        Assert.That((table.NewestEventTime.InSeconds(), table.GetStatistics().LateEventTimes), Is.EqualTo((Start + 17, 17L)));
        table.Assign([99], [1], At.Seconds(Start + Day));
        Assert.That((table.NewestEventTime.InSeconds(), table.Evict()), Is.EqualTo((Start + Day, 0L)));
    }

    [Test]
    public void A_first_time_that_others_support_stays_whatever_is_late()
    {
        _clock.Advance(TimeSpan.FromDays(1000));
        using var table = Table();
        for (var i = 0u; i < 16; i++) table.Assign([i], [1], At.Seconds(Start + 900 * Day + i));
        for (var i = 0u; i < 1000; i++) table.Assign([i], [1], At.Seconds(Start + i));
        Assert.That((table.NewestEventTime.InSeconds(), table.GetStatistics().LateEventTimes), Is.EqualTo((Start + 900 * Day + 15, 1000L)));
    }

    [Test]
    public void A_share_of_wrong_clocks_confirms_nothing()
    {
        _clock.Advance(TimeSpan.FromDays(1000));
        using var table = Table();
        for (var i = 0u; i < 3000; i++) table.Assign([i], [1], At.Seconds(i % 5 < 2 ? Start + (500 + i % 400) * Day : Start + i));
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(Start + 2999));
    }

    [Test]
    public void The_way_back_makes_rows_expire_again()
    {
        using var table = Table(o => o.RefuseFutureEventTimes = false);
        table.Assign([1], [1], At.Seconds(Year2099));
        table.Assign([2], [1], At.Seconds(Start - Day));
        Assert.That(table.SetEventTimeBack(At.Seconds(Start)), Is.EqualTo(1), "the row of the future");
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(Start));
        Assert.That((table.Explain(1).LastUpdate?.InSeconds(), table.Explain(2).LastUpdate?.InSeconds()),
            Is.EqualTo(((uint?)Start, (uint?)(Start - Day))));
        Assert.That(table.SetEventTimeBack(At.Seconds(Start + 1)), Is.Zero, "an earlier one stays");
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(Start));
        for (var day = 1u; day <= 8; day++) table.Assign([100 + day], [1], At.Seconds(Start + day * Day));
        Assert.That(table.Evict(), Is.EqualTo(3), "both, and the one of the first day");
        Assert.That(_log.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo(new[] { 1023 }));
    }

    [Test]
    public void The_way_back_passes_the_rows_over_that_an_eviction_has_killed()
    {
        using var table = Table(o => o.RefuseFutureEventTimes = false);
        table.Assign(TestTable.Range(0, 1000), new float[1000], At.Seconds(Start));
        table.ConfirmEventTime(Start + 30 * Day);
        table.Assign(TestTable.Range(1000, 1000), new float[1000], At.Seconds(Start + 30 * Day));
        var pass = table.BeginPass()!;
        Assert.That(table.SetEventTimeBack(At.Seconds(Start - Day)), Is.EqualTo(1000), "the dead are none");
        Assert.That((table.Reclaim(pass, CancellationToken.None), table.Count), Is.EqualTo((1000L, 1000L)));
        Assert.That(Enumerable.Range(1000, 1000).Select(id => table.Explain(id).LastUpdate?.InSeconds()), Is.All.EqualTo(Start - Day));
    }

    private EmbeddingTable Table(Action<EmbeddingTableSetOptions>? configure = null)
    {
        var options = new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 26, Logger = _log };
        configure?.Invoke(options);
        _log.Collector.Clear();
        return new EmbeddingTable(TestTable.Plain(4, 1, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(7))), options, _clock);
    }
}
