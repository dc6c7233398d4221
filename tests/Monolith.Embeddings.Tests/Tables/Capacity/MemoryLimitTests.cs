using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

public class MemoryLimitTests : LeakChecked
{
    private static readonly float[] Zeros = new float[4096 * 64];

    // Limits from the smallest, wide and narrow rows, one stripe and many: growth must fit under the limit as well.
    [Test]
    public void New_ids_are_refused_and_counted_and_the_limit_is_never_exceeded(
        [Values(1 << 20, 5_000_000, 1 << 25)] long limit, [Values(1, 4, 64)] int stripes, [Values(1, 16, 256)] int dimension)
    {
        using var set = Set(limit, TestTable.Plain(stripes, dimension));
        var table = set.Tables[0];
        var admitted = FillUp(set, table, 0);
        Assert.That(table.Count, Is.EqualTo(admitted));
        Assert.That(table.GetStatistics().Refused, Is.Positive);
        Assert.That(admitted * table.RowBytes, Is.GreaterThan(limit * 35 / 100), "too little of the limit is used");
        // What has a row goes on.
        Assert.That(table.ApplyGradients([1, 2, 3], Zeros.AsSpan(0, 3 * dimension), [], At.Seconds(0)), Is.EqualTo(3));
        Assert.That(table.Lookup([1, 2, 3], new float[3 * dimension]), Is.EqualTo(3));
    }

    [Test]
    public void What_removal_frees_can_be_used_again([Values(1, 16)] int stripes)
    {
        using var set = Set(4 << 20, TestTable.Plain(stripes, 8));
        var table = set.Tables[0];
        var first = FillUp(set, table, 0);
        for (var round = 1; round < 6; round++)
        {
            Assert.That(table.Remove(TestTable.Range((round - 1) * 1_000_000, (int)first + 500)), Is.EqualTo((int)first));
            Assert.That(FillUp(set, table, round * 1_000_000), Is.EqualTo(first), $"round {round}");
        }
        table.Clear();
        Assert.That(FillUp(set, table, 9_000_000), Is.EqualTo(first), "after Clear");
    }

    [Test]
    public void What_eviction_frees_can_be_used_again([Values(1, 16)] int stripes)
    {
        using var set = Set(4 << 20, TestTable.Plain(stripes, 8, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        var table = set.Tables[0];
        var first = FillUp(set, table, 0, eventTime: 100);
        Assert.That(set.Evict(), Is.Zero);
        for (var round = 1u; round < 6; round++)
        {
            table.LookupOrAdmit([], [], [], At.Seconds(100 + 10 * round));
            Assert.That(set.Evict(), Is.EqualTo(first));
            Assert.That(FillUp(set, table, round * 1_000_000, eventTime: 100 + 10 * round), Is.EqualTo(first), $"round {round}");
        }
    }

    [Test]
    public void Rows_that_are_removed_one_by_one_at_the_limit_make_room_for_as_many()
    {
        using var set = Set(1 << 20, TestTable.Plain(4, 8));
        var table = set.Tables[0];
        var count = FillUp(set, table, 0);
        for (var i = 0L; i < 2000; i++)
        {
            Assert.That(table.Remove(i), Is.True);
            Assert.That(table.Assign([10_000_000 + i], Zeros.AsSpan(0, 8), At.Seconds(0)), Is.EqualTo(1), $"{i}");
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
        }
        Assert.That(table.Count, Is.EqualTo(count));
    }

    [Test]
    public void Ids_that_are_only_counted_are_within_the_limit_too([Values(1, 16)] int stripes)
    {
        using var set = Set(4 << 20, TestTable.Plain(stripes, 8, o => o.Admission = new MinOccurrencesOptions(2)));
        var table = set.Tables[0];
        var next = 0L;
        // First many are counted, then all of them come again and turn to rows; what counted them must not stay.
        for (; next < 6_000; next += 1000) Admit(next);
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(6_000));
        for (next = 0; next < 6_000; next += 1000) Admit(next);
        Assert.That((table.Count, table.GetStatistics().PendingIds), Is.EqualTo((6_000L, 0L)));
        FillUp(set, table, 50_000_000);
        // And where rows leave room, counters take no more than is left.
        table.Remove(TestTable.Range(0, 3_000));
        for (next = 1_000_000; next < 1_100_000; next += 1000) Admit(next);
        Assert.That(table.GetStatistics().Refused, Is.Positive);

        void Admit(long start)
        {
            table.LookupOrAdmit(TestTable.Range(start, 1000), [], new float[8000], At.Seconds(0));
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
        }
    }

    [Test]
    public void A_flood_of_ids_that_never_come_again_leaves_room_for_rows([Values(1, 64)] int stripes)
    {
        using var set = Set(1 << 20, TestTable.Plain(stripes, 8, o => o.Admission = new MinOccurrencesOptions(3)));
        var table = set.Tables[0];
        for (var next = 1_000_000L; next < 1_040_000; next += 1000) table.LookupOrAdmit(TestTable.Range(next, 1000), [], new float[8000],
            At.Seconds(0));
        var counted = table.GetStatistics();
        Assert.That(counted.Refused, Is.Positive);
        // Ids that were counted before the flood filled their share go on being counted, and get their rows.
        var first = TestTable.Range(1_000_000, 40);
        for (var i = 0; i < 2; i++) table.LookupOrAdmit(first, [], new float[320], At.Seconds(0));
        Assert.That(table.Count, Is.EqualTo(40));
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(counted.PendingIds - 40));
    }

    [Test]
    public void An_id_whose_row_does_not_fit_keeps_its_count()
    {
        using var set = Set(1 << 20, TestTable.Plain(1, 8, o => o.Admission = new MinOccurrencesOptions(2)));
        var table = set.Tables[0];
        table.LookupOrAdmit([-5], [], new float[8], At.Seconds(0));
        var rows = 0;
        while (table.Assign(TestTable.Range(rows, 100), new float[800], At.Seconds(0)) == 100) rows += 100;
        table.LookupOrAdmit([-5], [], new float[8], At.Seconds(0));
        Assert.That((table.Contains(-5), table.GetStatistics().PendingIds), Is.EqualTo((false, 1L)));
        table.Remove(TestTable.Range(0, 100));
        table.LookupOrAdmit([-5], [], new float[8], At.Seconds(0));
        Assert.That(table.Contains(-5));
    }

    [Test]
    public void Removing_keeps_the_room_that_was_asked_for()
    {
        using var set = Set(64 << 20, TestTable.Plain(4, 8, o => o.InitialCapacity = 50_000));
        var bytes = set.MemoryBytes;
        set.Tables[0].Assign(TestTable.Range(0, 1000), new float[8000], At.Seconds(0));
        set.Tables[0].Remove(TestTable.Range(0, 1000));
        Assert.That(set.MemoryBytes, Is.EqualTo(bytes));
    }

    [Test]
    public void Room_that_was_asked_for_is_kept_from_other_tables([Values(1, 8)] int stripes)
    {
        var kept = TestTable.Plain(stripes, 16, o => (o.Name, o.InitialCapacity) = ("kept", 20_000));
        using var set = Set(4 << 20, TestTable.Plain(stripes, 16), kept);
        var left = FillUp(set, set.Tables[0], 0);
        Assert.That(left, Is.EqualTo(set.Tables[0].RowLimit - 20_000).Within(1));
        set.Tables[1].Assign(TestTable.Range(0, 20_000), new float[20_000 * 16], At.Seconds(0));
        Assert.That(set.Tables[1].GetStatistics().Refused, Is.Zero);
        Assert.That(FillUp(set, set.Tables[1], 20_000), Is.LessThan(2));
        set.Tables[1].Remove(TestTable.Range(0, 20_000));
        Assert.That(FillUp(set, set.Tables[0], 1_000_000), Is.LessThan(2), "room that was kept");
        set.Tables[1].Dispose();
        Assert.That(FillUp(set, set.Tables[0], 2_000_000), Is.InRange(20_000 - 1, 20_000));
    }

    [Test]
    public void Capacities_that_cannot_be_met_together_are_refused()
    {
        var (one, other) = (TestTable.Plain(1, 16, o => o.InitialCapacity = 25_000),
            TestTable.Plain(1, 16, o => (o.Name, o.InitialCapacity) = ("other", 12_000)));
        Assert.That(
            () => Set(4 << 20, one, other), Throws.ArgumentException.With.Message.Contains("'other'").And.Message.Contains("12000"));
    }

    // All rows have one time, so that they go by mixed id, and one stripe after the other becomes empty.
    [Test]
    public void Room_that_was_asked_for_is_given_up_where_rows_are_evicted_at_the_limit()
    {
        using var set = Set(
            3 << 20, TestTable.Plain(8, 64, o => (o.AtLimit, o.InitialCapacity) = (new LeastRecentlyUpdatedOptions(), 6000)));
        var table = set.Tables[0];
        for (var start = 0; start < 2 * table.RowLimit; start += 500) Assert.That(table.Assign(TestTable.Range(start, 500),
            Zeros.AsSpan(0, 500 * 64), At.Seconds(0)), Is.EqualTo(500));
    }

    [Test]
    public void Tables_of_a_set_share_one_limit()
    {
        var other = TestTable.Plain(4, 32);
        other.Name = "other";
        using var set = Set(4 << 20, TestTable.Plain(4, 8), other);
        var first = FillUp(set, set.Tables[0], 0);
        Assert.That(FillUp(set, set.Tables[1], 0), Is.LessThan(first / 50));
        set.Tables[0].Clear();
        Assert.That(FillUp(set, set.Tables[1], 0), Is.GreaterThan(first / 5));
        FillUp(set, set.Tables[0], 0);
    }

    [Test]
    public void The_limit_holds_while_threads_fill_a_table([Values(2, 64)] int stripes)
    {
        using var set = Set(3 << 20, TestTable.Plain(stripes, 4));
        var table = set.Tables[0];
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 200; i++)
            {
                table.Assign(TestTable.Range(thread * 1_000_000 + i * 256, 256), Zeros.AsSpan(0, 1024), At.Seconds(0));
                Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
            }
        });
        Assert.That(table.GetStatistics().Refused, Is.Positive);
        Assert.That(table.Count + table.GetStatistics().Refused, Is.EqualTo(4 * 200 * 256));
    }

    [Test]
    public void A_table_that_grows_while_others_wait_for_it_fills_up_to_its_limit([Values] bool othersRead)
    {
        for (var round = 0; round < 10; round++)
        {
            using var set = Set(2 << 20, TestTable.Plain(1, 1));
            var table = set.Tables[0];
            var filling = Task.Run(() => table.Assign(TestTable.Range(0, 65_536), Zeros.AsSpan(0, 65_536), At.Seconds(0)));
            while (!filling.IsCompleted)
            {
                if (othersRead) table.Lookup(7, new float[1]);
                else table.GetStatistics();
            }
            Assert.That(filling.GetAwaiter().GetResult(), Is.EqualTo(table.RowLimit), $"round {round}");
        }
    }

    [Test]
    public void What_is_refused_does_not_depend_on_how_the_rows_came()
    {
        using var fresh = Set(2 << 20, TestTable.Plain(8, 8));
        using var worn = Set(2 << 20, TestTable.Plain(8, 8));
        FillUp(worn, worn.Tables[0], 500_000);
        worn.Tables[0].Remove(TestTable.Range(500_000, 100_000));
        Assert.That(FillUp(worn, worn.Tables[0], 0), Is.EqualTo(FillUp(fresh, fresh.Tables[0], 0)));
    }

    [Test]
    public void A_capacity_that_cannot_be_met_is_refused_with_the_numbers()
    {
        var options = TestTable.Plain(configure: o => o.InitialCapacity = 1_000_000);
        Assert.That(
            () => Set(1 << 20, options), Throws.ArgumentException.With.Message.Contains("1000000").And.Message.Contains("InitialCapacity"));
    }

    [Test]
    public void The_largest_capacity_that_is_accepted_is_met(
        [Values(1 << 20, 1 << 24)] long limit, [Values(1, 4, 64)] int stripes, [Values(1, 16, 256)] int dimension)
    {
        long low = 0, high = limit;
        while (low + 1 < high)
        {
            var middle = (low + high) / 2;
            if (IsAccepted(limit, stripes, dimension, middle)) low = middle;
            else high = middle;
        }
        using var set = Set(limit, TestTable.Plain(stripes, dimension, o => o.InitialCapacity = low));
        Assert.That(set.MemoryBytes, Is.InRange(low * set.Tables[0].RowBytes, limit));
        Assert.That(low * set.Tables[0].RowBytes, Is.GreaterThan(limit / 3));
    }

    [Test]
    public void Room_that_was_asked_for_needs_no_growth()
    {
        using var set = Set(1 << 26, TestTable.Plain(16, 8, o => o.InitialCapacity = 200_000));
        var bytes = set.MemoryBytes;
        set.Tables[0].Assign(TestTable.Range(0, 200_000), new float[200_000 * 8], At.Seconds(0));
        Assert.That(set.Tables[0].GetStatistics().IndexGrowths, Is.Zero);
        Assert.That(set.MemoryBytes, Is.EqualTo(bytes));
    }

    [Test]
    public void A_large_removal_gives_memory_back()
    {
        using var set = Set(1 << 28, TestTable.Plain(16, 16));
        var table = set.Tables[0];
        table.Assign(TestTable.Range(0, 400_000), new float[400_000 * 16], At.Seconds(0));
        var full = set.MemoryBytes;
        table.Remove(TestTable.Range(1000, 399_000));
        Assert.That(set.MemoryBytes, Is.LessThan(full / 20));
        Assert.That(table.Lookup(TestTable.Range(0, 1000), new float[16_000]), Is.EqualTo(1000));
    }

    private static EmbeddingTableSet Set(long limit, params EmbeddingTableOptions[] tables) =>
        new(new TableSchema(tables), new() { MemoryLimitBytes = limit });

    /// <summary>Adds rows until a batch is refused in part; answers how many rows came.</summary>
    private static long FillUp(EmbeddingTableSet set, EmbeddingTable table, long start, uint eventTime = 0)
    {
        for (var (before, batch) = (table.Count, 500); ; start += batch)
        {
            var written = table.Assign(TestTable.Range(start, batch), Zeros.AsSpan(0, batch * table.Dimension), At.Seconds(eventTime));
            Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(set.MemoryLimitBytes));
            if (written < batch) return table.Count - before;
        }
    }

    private static bool IsAccepted(long limit, int stripes, int dimension, long capacity)
    {
        try
        {
            using var set = Set(limit, TestTable.Plain(stripes, dimension, o => o.InitialCapacity = capacity));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
