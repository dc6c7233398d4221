using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Cuts;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>
/// What an eviction's start kills is gone at once, though its memory is not: here the slices never come, or one at a time.
/// </summary>
public class LogicalExpiryTests : LeakChecked
{
    private const int Old = 1000, Young = 500;

    private static readonly long[] OldIds = TestTable.Range(0, Old);
    private static readonly long[] YoungIds = TestTable.Range(Old, Young);

    [Test]
    public void Every_verb_takes_what_a_pass_killed_for_absent([Values(1, 4, 64)] int stripes)
    {
        using var table = Killed(stripes);
        Assert.That(table.Count, Is.EqualTo(Old + Young), "nothing is reclaimed yet");
        Assert.That(table.Lookup(OldIds, new float[Old]), Is.Zero);
        Assert.That(table.Contains(OldIds, new bool[Old]), Is.Zero);
        Assert.That(TestTable.Read(table, OldIds), Is.All.Zero);
        Assert.That(table.Contains(YoungIds, new bool[Young]), Is.EqualTo(Young));
        Assert.That(Enumerated(table), Is.EquivalentTo(YoungIds));
        Assert.That(table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(10))).Rows, Is.Zero);
        Assert.That(table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(1))).Rows, Is.Zero);
        Assert.That(table.ApplyGradients(OldIds, new float[Old], [], At.Seconds(110), step: 0, absent: AbsentIds.Drop), Is.Zero);
        Assert.That(table.Remove(OldIds.AsSpan(0, 10)), Is.Zero);
        Assert.That((table.GetStatistics().Removed, table.GetStatistics().Expired), Is.EqualTo((0L, 10L)), "reclaimed on the way");
    }

    [Test]
    public void A_dead_row_is_explained_as_it_will_be_once_it_is_reclaimed()
    {
        using var table = Killed(4);
        var told = table.Explain(3);
        Assert.That((told.HasRow, told.Admission, told.LastRemoval!.Cause, told.LastRemoval.Policy, told.LastRemoval.LastUpdate.InSeconds(),
            told.LastRemoval.EventTime.InSeconds()),
            Is.EqualTo((false, (AdmissionProgress?)new AdmissionProgress { Occurrences = 0, Threshold = 2 }, RemovalCause.Expired,
                "time-to-live", 100u, 110u)));
        Assert.That(told.ToString(), Does.Contain("expired by time-to-live"));
        table.ConfirmEventTime(111);
        table.Evict();
        Assert.That(table.Explain(3).LastRemoval, Is.EqualTo(told.LastRemoval));
    }

    [Test]
    public void A_write_to_a_dead_row_is_a_birth_by_the_filter_and_from_a_clean_state([Values(1, 64)] int stripes)
    {
        using var table = Killed(stripes);
        Assert.That(table.ApplyGradients([1], [-3], [], At.Seconds(109)), Is.Zero, "counted once");
        Assert.That(table.ApplyGradients([1], [-3], [], At.Seconds(100)), Is.EqualTo(1), "counted twice");
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(new[] { 3f }));
        Assert.That((table.Explain(1).Frequency, table.Explain(1).AdmittedAt?.InSeconds()), Is.EqualTo((1.0, 100u)));
        table.AssignAdd([2], [5], At.Seconds(100));
        Assert.That(TestTable.Read(table, 2), Is.EqualTo(new[] { 5f }), "added to zeros");
        Assert.That(table.LookupOrAdmit([3], [2], new float[1], At.Seconds(100)), Is.EqualTo(1));
        // They are older than the time to live, and stay: they were written after the start.
        Reclaim(table, stripes);
        Assert.That(Enumerated(table), Is.EquivalentTo(YoungIds.Concat([1, 2, 3])));
        Assert.That(table.Evict(), Is.EqualTo(3), "the next pass takes them");
    }

    [Test]
    public void Ids_that_are_only_counted_are_forgotten_at_the_start_as_well()
    {
        using var table = Table(4);
        table.LookupOrAdmit([7], [], new float[1], At.Seconds(90));
        table.ConfirmEventTime(110);
        table.BeginPass();
        Assert.That(table.LookupOrAdmit([7], [], new float[1], At.Seconds(90)), Is.Zero, "the count before the start is gone");
        Reclaim(table, 4);
        Assert.That(table.LookupOrAdmit([7], [], new float[1], At.Seconds(90)), Is.EqualTo(1), "the one after it is not");
    }

    [Test]
    public void What_a_pass_forgot_is_not_in_the_statistics()
    {
        using var table = Forgetful();
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(1));
    }

    [Test]
    public void What_a_pass_forgot_is_not_saved()
    {
        using var table = Forgetful();
        using var copy = Table(1);
        copy.LoadAdmission(AdmissionRecordList.Of(table));
        Assert.That(copy.GetStatistics().PendingIds, Is.EqualTo(1));
        Assert.That((copy.LookupOrAdmit([7], [], new float[1], At.Seconds(110)),
            copy.LookupOrAdmit([8], [], new float[1], At.Seconds(110))), Is.EqualTo((0, 1)));
    }

    [Test]
    public void What_is_loaded_after_the_start_of_a_pass_is_not_forgotten_by_it()
    {
        using var saved = Table(1);
        saved.LookupOrAdmit([9], [], new float[1], At.Seconds(90));
        using var table = Table(4);
        table.LookupOrAdmit([7], [], new float[1], At.Seconds(90));
        table.ConfirmEventTime(110);
        table.BeginPass();
        table.LoadAdmission(AdmissionRecordList.Of(saved));
        Reclaim(table, 4);
        Assert.That((table.LookupOrAdmit([7], [], new float[1], At.Seconds(90)),
            table.LookupOrAdmit([9], [], new float[1], At.Seconds(90))), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_cancelled_pass_leaves_its_dead_dead_and_the_next_one_finishes_it([Values(1, 64)] int stripes)
    {
        using var table = Killed(stripes, begin: false);
        using var stop = new CancellationTokenSource();
        table.BeginPass();
        table.ReclaimSlice(0, 5);
        stop.Cancel();
        Assert.That(() => table.Evict(stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(table.Contains(OldIds, new bool[Old]), Is.Zero);
        Assert.That(table.Evict() + table.GetStatistics().Expired, Is.GreaterThan(Old));
        Assert.That((table.Count, table.GetStatistics().Expired), Is.EqualTo(((long)Young, (long)Old)));
    }

    [Test]
    public void A_row_that_the_policy_throws_for_lives_and_all_others_go([Values(1, 64)] int stripes)
    {
        var hooks = new PlugIns { OnIsExpired = id => id == 17 ? throw new InvalidCastException("on purpose") : id < 100 };
        using var table = TestTable.Create(TestTable.Plain(stripes, 1, o => o.Expiry = hooks.Expiry));
        table.Assign(OldIds, [.. OldIds.Select(id => id + 1f)], At.Seconds(0));
        table.BeginPass();
        Assert.That(table.Contains(OldIds, new bool[Old]), Is.EqualTo(Old - 99));
        Assert.That(TestTable.Read(table, 17), Is.EqualTo(new[] { 18f }), "reads do not throw");
        Assert.That(() => table.Evict(), Throws.InstanceOf<InvalidCastException>());
        Assert.That((table.Count, table.Contains(17)), Is.EqualTo(((long)Old - 99, true)));
    }

    [Test]
    public void A_full_table_has_the_room_of_the_dead([Values] bool evicts)
    {
        using var table = TestTable.Create(TestTable.Plain(4, 1, o =>
        {
            (o.Expiry, o.MaxRows) = (new TimeToLiveOptions(TimeSpan.FromSeconds(10)), Old);
            if (evicts) o.AtLimit = new LeastRecentlyUpdatedOptions();
        }));
        table.Assign(OldIds, new float[Old], At.Seconds(100));
        table.Assign(OldIds.AsSpan(Old - 100), new float[100], At.Seconds(110));
        table.BeginPass();
        Assert.That(table.Assign(YoungIds, new float[Young], At.Seconds(110)), Is.EqualTo(Young));
        Assert.That((table.GetStatistics().Refused, table.GetStatistics().Evicted), Is.EqualTo((0L, 0L)));
        Assert.That(Enumerated(table), Is.EquivalentTo(YoungIds.Concat(OldIds[^100..])));
    }

    [Test]
    public void Clearing_ends_a_pass()
    {
        using var table = Killed(4);
        table.Clear();
        table.Assign(OldIds, new float[Old], At.Seconds(50));
        Assert.That(table.Contains(OldIds, new bool[Old]), Is.EqualTo(Old));
        Assert.That(table.Evict(), Is.EqualTo(Old));
    }

    /// <summary>A pass is under way that forgot id 7, which was counted, and not id 8.</summary>
    private static EmbeddingTable Forgetful()
    {
        var table = Table(4);
        table.LookupOrAdmit([7], [], new float[1], At.Seconds(90));
        table.LookupOrAdmit([8], [], new float[1], At.Seconds(105));
        table.ConfirmEventTime(110);
        table.BeginPass();
        return table;
    }

    private static EmbeddingTable Killed(int stripes, bool begin = true)
    {
        var table = Table(stripes);
        table.Assign(OldIds, [.. OldIds.Select(id => id + 1f)], At.Seconds(100));
        table.Assign(YoungIds, [.. YoungIds.Select(id => id + 1f)], At.Seconds(110));
        if (begin) table.BeginPass();
        return table;
    }

    private static EmbeddingTable Table(int stripes) => TestTable.Create(TestTable.Plain(stripes, 1, o =>
        (o.Expiry, o.Admission, o.TrackFrequency, o.TrackAdmissionTime) =
            (new TimeToLiveOptions(TimeSpan.FromSeconds(10)), new MinOccurrencesOptions(2), true, true)));

    private static void Reclaim(EmbeddingTable table, int stripes)
    {
        for (var stripe = 0; stripe < stripes; stripe++)
        {
            for (var i = 0; i < 100; i++) table.ReclaimSlice(stripe, 64);
        }
    }

    private static List<long> Enumerated(EmbeddingTable table)
    {
        var ids = new List<long>();
        using var rows = table.EnumerateRows(7);
        foreach (var chunk in rows) ids.AddRange(chunk.Ids);
        return ids;
    }
}
