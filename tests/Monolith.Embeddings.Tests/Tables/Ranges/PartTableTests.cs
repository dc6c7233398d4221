using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Ranges;

public class PartTableTests : LeakChecked
{
    private static readonly IdRange Range = new(1, 4);
    private static readonly long[] Owned = [.. TestTable.Range(0, 100).Where(Range.Contains)];
    private static readonly long Foreign = TestTable.Range(0, 100).First(id => !Range.Contains(id));

    private static readonly (string Name, Action<EmbeddingTable, long[], int> Run)[] Verbs =
    [
        ("lookup", (table, ids, _) => table.Lookup(ids, new float[2 * ids.Length])),
        ("lookup or admit", (table, ids, _) => table.LookupOrAdmit(ids, [], new float[2 * ids.Length], At.Seconds(5))),
        ("apply", (table, ids, _) => table.ApplyGradients(ids, new float[2 * ids.Length], [], At.Seconds(5))),
        ("assign", (table, ids, _) => table.Assign(ids, new float[2 * ids.Length], At.Seconds(5))),
        ("assign add", (table, ids, _) => table.AssignAdd(ids, new float[2 * ids.Length], At.Seconds(5))),
        ("contains", (table, ids, _) => table.Contains(ids, new bool[ids.Length])),
        ("remove", (table, ids, _) => table.Remove(ids)),
        ("explain", (table, ids, foreign) => table.Explain(ids[foreign])),
    ];

    private static readonly string[] Creating = ["lookup or admit", "apply", "assign", "assign add"];

    [Test]
    public void An_id_of_another_range_is_refused_before_anything_changes([Range(0, 7)] int verb)
    {
        using var table = Create(TestTable.Plain(configure: o => o.Admission = new MinOccurrencesOptions(2)));
        table.Assign(Owned.AsSpan(0, 5), TestTable.Values(5, 2, 1), At.Seconds(3));
        var before = TestTable.Read(table, Owned);
        var statistics = table.GetStatistics();
        long[] ids = [.. Owned, Foreign];
        Assert.That(() => Verbs[verb].Run(table, ids, Owned.Length), Throws.ArgumentException.With.Message.Contains("range 1 of 4")
            .And.Message.Contains($"id {Foreign}").And.Message.Contains($"range {IdRange.IndexOf(Foreign, 4)}"), Verbs[verb].Name);
        Assert.That(table.GetStatistics(), Is.EqualTo(statistics));
        Assert.That(TestTable.Read(table, Owned), Is.EqualTo(before));
    }

    [Test]
    public void Own_ids_work_with_any_number_of_stripes([Values(1, 4, 64)] int stripes)
    {
        using var table = Create(TestTable.Plain(stripes));
        var values = TestTable.Values(Owned.Length, 2, 2);
        table.Assign(Owned, values, At.Seconds(3));
        Assert.That(TestTable.Read(table, Owned), Is.EqualTo(values));
        Assert.That(table.StripeCount, Is.EqualTo(Math.Max(1, stripes / 4)));
    }

    [Test]
    public void A_part_has_the_room_that_it_was_given_and_never_evicts_by_itself()
    {
        using var table = Create(TestTable.Plain(configure: o => (o.MaxRows, o.AtLimit) = (4, new LeastRecentlyUpdatedOptions())));
        table.Part!.SetQuota(6, 0);
        table.Assign(Owned.AsSpan(0, 10), new float[20], At.Seconds(3));
        Assert.That((table.Count, table.GetStatistics().Refused, table.RowLimit), Is.EqualTo((6, 4, 4)));
        table.Part!.SetQuota(0, 0);
        table.Assign(Owned.AsSpan(0, 10), new float[20], At.Seconds(3));
        Assert.That(table.Count, Is.EqualTo(6));
        table.Part!.SetQuota(1, 0);
        table.Assign(Owned.AsSpan(0, 10), new float[20], At.Seconds(3));
        Assert.That((table.Count, table.GetStatistics().Evicted), Is.EqualTo((7, 0)));
    }

    [Test]
    public void A_part_counts_as_many_ids_as_it_may()
    {
        using var table = Create(TestTable.Plain(configure: o => o.Admission = new MinOccurrencesOptions(2)));
        table.Part!.SetQuota(100, 3);
        for (var i = 0; i < 2; i++)
        {
            foreach (var id in Owned.AsSpan(0, 5)) table.LookupOrAdmit([id], [], new float[2], At.Seconds(3));
            if (i == 0) Assert.That((table.Part!.State.CountedIds, table.Count), Is.EqualTo((3, 0)));
        }
        // The three became rows, and left room for the two others.
        Assert.That((table.Part!.State.CountedIds, table.Count), Is.EqualTo((2, 3)));
    }

    [Test]
    public void A_part_believes_what_it_is_told_of_the_time_and_nothing_else()
    {
        using var table = Create(TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        table.Part!.SetEventTime(At.Seconds(1_000_000_000));
        table.Assign(Owned.AsSpan(0, 1), new float[2], At.Seconds(2_000_000_000));
        table.Assign(Owned.AsSpan(1, 1), new float[2], At.Seconds(0));
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(1_000_000_000));
        Assert.That(table.Explain(Owned[0]).LastUpdate?.InSeconds(), Is.EqualTo(2_000_000_000));
        Assert.That(table.Explain(Owned[1]).LastUpdate?.InSeconds(), Is.EqualTo(1_000_000_000));
        table.Part!.SetEventTime(At.Seconds(1_000_000_010));
        var now = new ExpiryTime { NewestEventTime = At.Seconds(1_000_000_010), Clock = At.Seconds(1_000_000_010) };
        Assert.That((table.Part!.Evict(now, []), table.Count), Is.EqualTo((1, 1)));
        table.Part!.SetEventTime(At.Seconds(5));
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(5));
    }

    [Test]
    public void A_whole_table_decides_by_itself()
    {
        using var table = TestTable.Create(TestTable.Plain());
        Assert.That((table.Part, table.Range), Is.EqualTo((null as TablePart, IdRange.Whole)));
    }

    [Test]
    public void A_part_ranks_no_rows_alone()
    {
        using var table = Create(TestTable.Plain(configure: o => o.Expiry = new KeepBestOptions(3, new LeastRecentlyUpdatedOptions())));
        var part = table.Part!;
        Assert.That(() => table.Evict(), Throws.InvalidOperationException.With.Message.Contains(nameof(PartitionedTableSet)));
        Assert.That(() => part.Evict(default, []), Throws.ArgumentException.With.Message.Contains("0 bounds"));
        Assert.That(() => part.Evict(default, [1]), Throws.InvalidOperationException.With.Message.Contains(nameof(TablePart.BeginRanking)));
        Assert.That(() => part.CountRanks(0, new RankHistogram(1)), Throws.InvalidOperationException);
        Assert.That(() => part.CountRanks(1, new RankHistogram(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => part.CountRanks(null, new RankHistogram(1)), Throws.InvalidOperationException.With.Message.Contains("AtLimit"));
        Assert.That(() => part.EvictBelow(default, 1), Throws.InvalidOperationException.With.Message.Contains("AtLimit"));
    }

    [Test]
    public void Ranges_that_a_map_of_counted_ids_would_straddle_are_refused()
    {
        var options = TestTable.Plain(configure: o => o.Admission = new MinOccurrencesOptions(2));
        Assert.That(() => new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20, Range = new(0, 1024) }),
            Throws.ArgumentException.With.Message.Contains("4 maps").And.Message.Contains("1024"));
    }


    [Test]
    public void A_part_that_was_not_told_how_many_rows_fit_creates_none([Range(0, 7)] int verb)
    {
        using var table = Untold(TestTable.Plain());
        var statistics = table.GetStatistics();
        if (!Creating.Contains(Verbs[verb].Name))
        {
            Assert.That(() => Verbs[verb].Run(table, Owned, 0), Throws.Nothing, Verbs[verb].Name);
            return;
        }
        Assert.That(() => Verbs[verb].Run(table, Owned, 0), Throws.InvalidOperationException.With.Message.Contains("range 1 of 4")
            .And.Message.Contains(nameof(TablePart.SetQuota)), Verbs[verb].Name);
        Assert.That(table.GetStatistics(), Is.EqualTo(statistics));
    }

    [Test]
    public void A_part_never_evicts_on_its_own()
    {
        using var set = new EmbeddingTableSet(
            new([TestTable.Plain(configure: o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10)))]),
            new() { MemoryLimitBytes = 1 << 28, Range = Range });
        Assert.That(() => set.Evict(), Throws.InvalidOperationException.With.Message.Contains("range 1 of 4"));
        Assert.That(() => set.Tables[0].Evict(), Throws.InvalidOperationException.With.Message.Contains(nameof(PartitionedTableSet)));
        Assert.That(async () => await set.EvictAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_part_that_is_disposed_says_so()
    {
        var table = Create(TestTable.Plain(configure: o => (o.Expiry, o.AtLimit) =
            (new TimeToLiveOptions(TimeSpan.FromSeconds(10)), new LeastRecentlyUpdatedOptions())));
        var part = table.Part!;
        table.Dispose();
        var batch = new RangeBatch(1, 0);
        (batch.Batch.Ids, batch.Batch.Rows, batch.Batch.HasRow) = (Owned, new float[2 * Owned.Length], new bool[Owned.Length]);
        foreach (var verb in new Action[]
        {
            () => part.Lookup(batch), () => part.LookupOrAdmit(batch, 0), () => part.ApplyGradients(batch, 0),
            () => part.MarkKnown(batch, countedToo: false), () => part.SetQuota(1, 1), () => part.SetEventTime(At.Seconds(5)),
            () => part.SetEventTimeBack(At.Seconds(5)), () => part.BeginRanking(), () => part.CountRanks(null, new RankHistogram(1)),
            () => part.Evict(default, []), () => part.EvictBelow(default, 1), () => _ = part.State,
        }) Assert.That(verb, Throws.TypeOf<ObjectDisposedException>());
    }

    private static EmbeddingTable Create(EmbeddingTableOptions options)
    {
        var table = Untold(options);
        table.Part!.SetQuota(1_000, 1_000);
        return table;
    }

    private static EmbeddingTable Untold(EmbeddingTableOptions options) =>
        new(options, new() { MemoryLimitBytes = 1 << 28, Range = Range });
}
