using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Filters in a table.</summary>
public class AdmissionTests : LeakChecked
{
    // Slot n has the threshold n, so that one table tries all of them.
    [Test]
    public void Exact_counters_admit_at_exactly_the_nth_occurrence_whatever_threads_do(
        [Values(1, 64)] int stripes, [Values] bool byGradient)
    {
        const int Most = 1000, Threads = 4, Rounds = 275;
        var options = new MinOccurrencesOptions();
        for (var n = 1; n <= Most; n++) options.BySlot[n] = n;
        using var table = TestTable.Create(TestTable.Plain(stripes, 1, o => (o.Admission, o.IdsCarrySlots) = (options, true)));
        var absent = new int[Most + 1];
        Parallel.For(0, Threads, thread =>
        {
            var (random, slots, output) = (new Random(thread), Enumerable.Range(1, Most).ToArray(), new float[50]);
            for (var round = 0; round < Rounds; round++)
            {
                random.Shuffle(slots);
                foreach (var batch in slots.Chunk(50))
                {
                    long[] ids = [.. batch.Select(slot => FeatureId.Of(slot, 5))];
                    // First values are 0, and a gradient of -1 makes them positive: what stays 0 had no row.
                    if (byGradient) table.ApplyGradients(ids, Enumerable.Repeat(-1f, ids.Length).ToArray(), [], At.Seconds(0));
                    else Count(table, ids, batch, output, absent);
                }
            }
        });
        Assert.That(table.Count, Is.EqualTo(Most));
        for (var n = 1; n <= Most; n++)
        {
            var missed = byGradient ? Threads * Rounds - (int)TestTable.Read(table, FeatureId.Of(n, 5))[0] : absent[n];
            Assert.That(missed, Is.EqualTo(n - 1), $"N = {n}");
        }
    }

    [Test]
    public void An_id_that_lost_its_row_starts_again_from_0_however_it_came_by_it([Values] bool assigned)
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Admission = new MinOccurrencesOptions(3)));
        See(table, 7);
        See(table, 7);
        if (assigned) table.Assign([7], [1, 2], At.Seconds(0));
        else See(table, 7);
        Assert.That((table.Contains(7), table.GetStatistics().PendingIds), Is.EqualTo((true, 0L)));
        table.Remove(7);
        See(table, 7);
        See(table, 7);
        Assert.That(table.Contains(7), Is.False);
        See(table, 7);
        Assert.That(table.Contains(7), Is.True);
    }

    [Test]
    public void An_id_whose_row_could_not_be_made_keeps_its_count()
    {
        var hooks = new PlugIns { OnInitialize = _ => throw new InvalidOperationException("on purpose") };
        using var table = TestTable.Create(
            TestTable.Plain(configure: o => (o.Admission, o.Segments[0].Initializer) = (new MinOccurrencesOptions(3), hooks.Initializer)));
        See(table, 7);
        See(table, 7);
        Assert.That(() => See(table, 7), Throws.TypeOf<BatchInterruptedException>());
        hooks.OnInitialize = _ => { };
        See(table, 7);
        Assert.That((table.Contains(7), table.GetStatistics().PendingIds), Is.EqualTo((true, 0L)));
    }

    [Test]
    public void The_memory_of_a_sketch_is_part_of_the_limit_from_the_start([Values(1, 64)] int stripes)
    {
        const long Limit = 64 << 20, Sketch = 16 << 20;
        using var plain = Set(Limit, null, stripes);
        using var set = Set(Limit, new MinOccurrencesOptions(2) { Counter = new SketchCounterOptions { Bytes = Sketch } }, stripes);
        var table = set.Tables[0];
        Assert.That(set.MemoryBytes - plain.MemoryBytes, Is.InRange(Sketch, Sketch * 1.01));
        Assert.That(table.GetStatistics().Bytes.Filter, Is.InRange(Sketch, Sketch * 1.01));
        Assert.That(plain.Tables[0].RowLimit - table.RowLimit, Is.EqualTo(Sketch / (double)Limit * 8 / 7 * plain.Tables[0].RowLimit)
            .Within(1).Percent);
        // Ids that it cannot all remember are not refused, and rows fill what is left.
        for (var round = 0; round < 2; round++)
        {
            for (var start = 0L; start < table.RowLimit * 5 / 4; start += 8192)
            {
                table.LookupOrAdmit(TestTable.Range(start, 8192), [], new float[8192 * 16], At.Seconds(0));
                Assert.That(set.MemoryBytes, Is.LessThanOrEqualTo(Limit));
            }
            if (round == 0) Assert.That(table.GetStatistics().Refused, Is.Zero);
        }
        Assert.That(table.Count, Is.EqualTo(table.RowLimit));
    }

    [Test]
    public void A_sketch_that_leaves_rows_too_little_is_refused_with_the_numbers() =>
        Assert.That(() => Set(
            64 << 20, new AllOfOptions(new MinOccurrencesOptions(2) { Counter = new SketchCounterOptions { Bytes = 40 << 20 } }), 4),
            Throws.ArgumentException.With.Message.Contains("41943040").And.Message.Contains("MemoryLimitBytes"));

    [Test]
    public void A_filter_that_counts_nothing_takes_nothing_from_rows()
    {
        using var plain = Set(64 << 20, null, 4);
        using var set = Set(64 << 20, new AnyOfOptions(new AdmitWithProbabilityOptions(3), new MinOccurrencesOptions(1)), 4);
        Assert.That(set.Tables[0].RowLimit, Is.EqualTo(plain.Tables[0].RowLimit));
    }

    [Test]
    public void Two_counters_take_no_more_than_one([Values(1, 64)] int stripes)
    {
        const long Limit = 4 << 20;
        using var set = Set(
            Limit, new AllOfOptions(new MinOccurrencesOptions(2) { HalfLifeSteps = 1000 }, new MinOccurrencesOptions(3)), stripes);
        for (var start = 0L; start < 100_000; start += 1000)
        {
            set.Tables[0].LookupOrAdmit(TestTable.Range(start, 1000), [], new float[16_000], At.Seconds(0));
            Assert.That(set.MemoryBytes, Is.LessThan(Limit / 4));
        }
        var statistics = set.Tables[0].GetStatistics();
        Assert.That(
            (statistics.PendingIds, statistics.Refused), Is.EqualTo((100_000 - statistics.Refused, 100_000 - statistics.PendingIds)));
        Assert.That(statistics.Refused, Is.Positive);
    }

    [Test]
    public void Slots_need_ids_that_carry_them()
    {
        var options = TestTable.Plain(
            configure: o => o.Admission = new AllOfOptions(new MinOccurrencesOptions(2) { BySlot = { [1] = 3 } }));
        Assert.That(OptionFailures.Of(() => TestTable.Create(options)), Has.One.Contains("Admission").And.One.Contains("IdsCarrySlots"));
    }

    [Test]
    public void Each_filter_is_explained([ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Names))] string kind)
    {
        using var table = TestTable.Create(
            TestTable.Plain(configure: o => (o.Admission, o.IdsCarrySlots) = (AdmissionKinds.Create(kind), true)));
        // An id that no form of chance lets in at its first two steps.
        var id = Enumerable.Range(1, 100).First(id => id % 3 != 0 && !IsIn(table, id));
        var text = table.Explain(id).ToString();
        TestContext.Out.WriteLine(text);
        var expected = kind switch
        {
            "exact" or "nested" => "admission     2 of 4 occurrences",
            "slots" or "any" => "admission     2 of 7 occurrences",
            "chance" => "admission     decided at each occurrence, by 'admit-with-probability'",
            "all" => "2 of 4 occurrences",
            _ => "admission     at most 2 of 4 occurrences",
        };
        Assert.That(text, Does.Contain(kind == "any" ? "of " : expected));

        static bool IsIn(EmbeddingTable table, long id)
        {
            See(table, id);
            See(table, id);
            return table.Contains(id);
        }
    }

    private static void See(EmbeddingTable table, long id) => table.LookupOrAdmit([id], [], new float[table.Dimension], At.Seconds(100), 1);

    private static EmbeddingTableSet Set(long limit, AdmissionFilterOptions? admission, int stripes) =>
        new(new TableSchema([TestTable.Plain(stripes, 16, o => o.Admission = admission)]), new() { MemoryLimitBytes = limit });

    private static void Count(EmbeddingTable table, long[] ids, int[] slots, float[] output, int[] absent)
    {
        // One at a time, so that each answer is known.
        for (var i = 0; i < ids.Length; i++)
        {
            if (table.LookupOrAdmit(ids.AsSpan(i, 1), [], output.AsSpan(0, 1), At.Seconds(0)) == 0)
                Interlocked.Increment(ref absent[slots[i]]);
        }
    }
}
