using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

public class EvictTests : LeakChecked
{
    [Test]
    public void A_row_of_exactly_the_time_to_live_is_expired()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        for (var i = 0; i < 20; i++) table.Assign([i], [1, 1], At.Seconds((uint)(100 + i)));
        table.LookupOrAdmit([], [], [], At.Seconds(115));
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(119));
        Assert.That(table.Evict(), Is.EqualTo(10));
        var found = new bool[20];
        table.Contains(TestTable.Range(0, 20), found);
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 20).Select(i => i >= 10)));
        Assert.That(table.GetStatistics().Expired, Is.EqualTo(10));
    }

    [Test]
    public void An_older_event_does_not_make_a_row_older()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        table.Assign([1, 2, 3], [1, 1, 1, 1, 1, 1], At.Seconds(100));
        table.Assign([1], [1, 1], At.Seconds(50));
        table.AssignAdd([2], [1, 1], At.Seconds(50));
        table.ApplyGradients([3], [1, 1], [], At.Seconds(50));
        table.Assign([9], [1, 1], At.Seconds(109));
        Assert.That(table.Evict(), Is.Zero);
        table.Assign([9], [1, 1], At.Seconds(110));
        Assert.That(table.Evict(), Is.EqualTo(3));
    }

    [Test]
    public void Reading_does_not_keep_a_row_alive()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        table.Assign([1], [1, 1], At.Seconds(100));
        table.LookupOrAdmit([1], [], new float[2], At.Seconds(110));
        Assert.That(table.Evict(), Is.EqualTo(1));
    }

    [Test]
    public void The_wall_clock_expires_rows_while_the_stream_stands_still()
    {
        using var time = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(1000));
        using var table = TestTable.Create(
            TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10)) { Clock = ExpiryClock.WallClock }),
            time: time);
        table.Assign([1, 2], [1, 1, 1, 1], At.Seconds(995));
        table.Assign([3], [1, 1], At.Seconds(2000));
        Assert.That(table.Evict(), Is.Zero, "the age is five seconds, and one row is of the future");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(table.Evict(), Is.EqualTo(2));
        Assert.That(table.Contains(3), Is.True);
    }

    [Test]
    public void Without_a_policy_nothing_is_removed()
    {
        using var table = TestTable.Create(TestTable.Plain());
        table.Assign([1], [1, 1], At.Seconds(0));
        table.Assign([2], [1, 1], At.Seconds(uint.MaxValue));
        Assert.That(table.Evict(), Is.Zero);
    }

    [Test]
    public void A_cancelled_pass_keeps_what_it_removed()
    {
        using var stop = new CancellationTokenSource();
        var (hooks, asked) = (new PlugIns(), 0);
        using var table = TestTable.Create(TestTable.Plain(2, configure: o => o.Expiry = hooks.Expiry));
        table.Assign(TestTable.Range(0, 20_000), new float[40_000], At.Seconds(0));
        hooks.OnIsExpired = _ =>
        {
            if (++asked == 3000) stop.Cancel();
            return true;
        };
        Assert.That(() => table.Evict(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        var left = table.Count;
        Assert.That(left, Is.InRange(20_000 - 2 * 3000, 20_000 - 1000), "a few slices");
        Assert.That(table.Evict(), Is.EqualTo(left));
        Assert.That(table.GetStatistics().Expired, Is.EqualTo(20_000));
    }

    [Test]
    public void What_a_policy_threw_for_a_cancelled_eviction_the_next_one_throws(
        [Values(10, 15_000)] int bad, [Values] bool isFinishedByBatch)
    {
        using var stop = new CancellationTokenSource();
        var (hooks, asked) = (new PlugIns(), 0);
        using var table = TestTable.Create(TestTable.Plain(2, configure: o => (o.Expiry, o.MaxRows) = (hooks.Expiry, 20_000)));
        table.Assign(TestTable.Range(0, 20_000), new float[40_000], At.Seconds(0));
        hooks.OnIsExpired = id =>
        {
            if (++asked == 3000) stop.Cancel();
            if (asked == bad) throw new InvalidCastException("on purpose");
            return id >= 0;
        };
        Assert.That(() => table.Evict(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        long[] others = TestTable.Range(-10_000, isFinishedByBatch ? 10_000 : 0);
        Assert.That(table.Assign(others, new float[2 * others.Length], At.Seconds(0)), Is.EqualTo(others.Length),
            "a batch says nothing of policies");
        Assert.That(asked >= 20_000, Is.EqualTo(isFinishedByBatch));
        Assert.That(() => table.Evict(), Throws.InstanceOf<InvalidCastException>());
        Assert.That(table.Count, Is.EqualTo(others.Length), "the pass of its own is done, and took the row that was spared");
        Assert.That(table.Evict(), Is.Zero, "told once");
    }

    [Test]
    public void The_first_of_several_untold_exceptions_is_thrown_and_by_one_eviction()
    {
        var (hooks, passes) = (new PlugIns(), 0);
        using var table = TestTable.Create(TestTable.Plain(1, 1, o => (o.Expiry, o.MaxRows) = (hooks.Expiry, 20_000)));
        table.Assign(TestTable.Range(0, 20_000), new float[20_000], At.Seconds(0));
        for (; passes < 3; passes++)
        {
            using var stop = new CancellationTokenSource();
            hooks.OnIsExpired = _ =>
            {
                stop.Cancel();
                throw new InvalidCastException($"pass {passes}");
            };
            Assert.That(() => table.Evict(stop.Token), Throws.InstanceOf<OperationCanceledException>());
            hooks.OnIsExpired = _ => false;
            // The table is full, so that the batch finishes the pass.
            table.Assign([5], [0], At.Seconds(0));
        }
        Assert.That(() => table.Evict(), Throws.InstanceOf<InvalidCastException>().With.Message.EqualTo("pass 0"));
        Assert.That(table.Evict(), Is.Zero);
    }

    [Test]
    public void A_pass_asks_about_every_row_and_a_removal_of_any_of_them_is_right([Values(1, 8)] int stripes)
    {
        var hooks = new PlugIns();
        using var table = TestTable.Create(TestTable.Plain(stripes, 1, o => o.Expiry = hooks.Expiry));
        long[] ids = TestTable.Range(0, 20_000);
        table.Assign(ids, [.. ids.Select(id => (float)id)], At.Seconds(0));
        var asked = new HashSet<long>();
        hooks.OnIsExpired = id =>
        {
            asked.Add(id);
            return id % 3 == 0;
        };
        Assert.That(table.Evict(), Is.EqualTo(6667));
        Assert.That(asked, Has.Count.EqualTo(ids.Length));
        Assert.That(TestTable.Read(table, ids), Is.EqualTo(ids.Select(id => id % 3 == 0 ? 0f : id)));
    }
}
