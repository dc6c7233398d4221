using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

public class OccurrenceFilterTests : LeakChecked
{
    [Test]
    public void The_nth_occurrence_admits([Values(0, 1, 2, 3, 16, 1000)] int occurrences, [Values] bool isSketch)
    {
        using var filter = Filter(new MinOccurrencesOptions(occurrences), isSketch);
        var admittedAt = Math.Max(1, occurrences);
        for (var seen = 1; seen < admittedAt; seen++) Assert.That(filter.Admit(Request(7)), Is.False, $"occurrence {seen}");
        Assert.That(filter.Admit(Request(7)), Is.True);
        Assert.That(filter.Admit(Request(7)), Is.True, "until it has its row");
        filter.Drop(7);
        Assert.That(filter.PendingCount, Is.Zero);
        Assert.That(filter.Admit(Request(7)), Is.EqualTo(admittedAt == 1), "it starts again from 0");
    }

    [Test]
    public void Explaining_tells_the_count_and_changes_nothing([Values] bool isSketch)
    {
        using var filter = Filter(new MinOccurrencesOptions(5), isSketch);
        Assert.That(filter.Explain(7), Is.EqualTo(new AdmissionProgress { Occurrences = 0, Threshold = 5 }));
        Assert.That(filter.PendingCount, Is.Zero);
        filter.Admit(Request(7, 3));
        Assert.That((filter.Explain(7), filter.Explain(8)), Is.EqualTo((new AdmissionProgress
        {
            Occurrences = 3,
            Threshold = 5,
            IsUpperBound = isSketch
        }, new AdmissionProgress { Occurrences = 0, Threshold = 5 })));
        filter.Admit(Request(7));
        Assert.That(filter.Explain(7), Is.EqualTo(new AdmissionProgress { Occurrences = 4, Threshold = 5, IsUpperBound = isSketch }));
        Assert.That(filter.Admit(Request(7)), Is.True);
    }

    [Test]
    public void Every_occurrence_in_a_batch_counts_and_large_counts_do_not_wrap([Values] bool isSketch)
    {
        using var filter = Filter(new MinOccurrencesOptions(int.MaxValue), isSketch);
        Assert.That(filter.Admit(Request(1, int.MaxValue - 1)), Is.False);
        Assert.That(filter.Admit(Request(1, int.MaxValue - 1)), Is.True);
        Assert.That(filter.Admit(Request(2, int.MaxValue)), Is.True);
        Assert.That(filter.Admit(Request(2, int.MaxValue)), Is.True);
    }

    [Test]
    public void A_slot_may_have_a_threshold_of_its_own([Values] bool isSketch)
    {
        using var filter = Filter(new MinOccurrencesOptions(4) { BySlot = { [3] = 2, [32_767] = 1 } }, isSketch);
        Assert.That(Occurrences(filter, 5), Is.EqualTo(4));
        Assert.That(Occurrences(filter, 3L << 48 | 5), Is.EqualTo(2));
        Assert.That(Occurrences(filter, 32_767L << 48 | 5), Is.EqualTo(1));
        Assert.That(Occurrences(filter, -1), Is.EqualTo(4), "no packed id");
    }

    [Test]
    public void Ids_are_forgotten_that_were_last_seen_at_or_before_a_time()
    {
        using var filter = Filter(new MinOccurrencesOptions(3));
        filter.Admit(Request(1, 2, time: 100));
        filter.Admit(Request(2, 1, time: 100));
        filter.Admit(Request(2, 1, time: 50));
        filter.Admit(Request(3, 2, time: 101));
        filter.Forget(At.Seconds(99));
        Assert.That(filter.PendingCount, Is.EqualTo(3));
        filter.Forget(At.Seconds(100));
        Assert.That(filter.PendingCount, Is.EqualTo(1));
        Assert.That((filter.Admit(Request(1)), filter.Admit(Request(3))), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_sketch_forgets_an_id_within_twice_the_time_and_none_that_was_seen_since([Values(2, 9)] int occurrences)
    {
        using var filter = Filter(new MinOccurrencesOptions(occurrences), isSketch: true);
        for (var id = 0; id < 3000; id++) filter.Admit(Request(id, time: 100));
        filter.Forget(At.Seconds(99));
        Assert.That(filter.PendingCount, Is.EqualTo(3000).Within(10), "the first pass only marks the time");
        for (var id = 0; id < 1000; id++) filter.Admit(Request(id, time: 150));
        filter.Forget(At.Seconds(99));
        Assert.That(filter.PendingCount, Is.EqualTo(3000).Within(10));
        filter.Forget(At.Seconds(100));
        Assert.That(Enumerable.Range(0, 1000).Count(id => filter.Explain(id)!.Value.Occurrences == 0), Is.Zero, "seen at 150");
        Assert.That(filter.PendingCount, Is.EqualTo(1000).Within(10));
        filter.Forget(At.Seconds(150));
        Assert.That(filter.PendingCount, Is.Zero);
    }

    [Test]
    public void Counts_are_halved_at_each_half_life([Values] bool isSketch, [Values] bool bySteps)
    {
        var options = new MinOccurrencesOptions(6);
        if (bySteps) options.HalfLifeSteps = 10;
        else options.HalfLife = TimeSpan.FromSeconds(10);
        using var filter = Filter(options, isSketch);
        Assert.That(filter.Admit(Request(7, 3, 1009)), Is.False);
        Assert.That(filter.Admit(Request(7, 2, 1009)), Is.False);
        // 5 becomes 2, and with 3 more 5; then 1, and with 4 more 5.
        Assert.That(filter.Admit(Request(7, 3, 1010)), Is.False);
        Assert.That(filter.Explain(7), Is.EqualTo(new AdmissionProgress { Occurrences = 5, Threshold = 6, IsUpperBound = true }));
        Assert.That(filter.Admit(Request(7, 4, 1031)), Is.False);
        Assert.That(filter.Admit(Request(7, 1, 1039)), Is.True);
        filter.Drop(7);
        Assert.That(filter.Admit(Request(7, 5, 1039)), Is.False);
        Assert.That(filter.Admit(Request(7, 5, 1_000_000)), Is.False, "nothing is left");
        Assert.That(filter.Admit(Request(7, 1, 1_000_000)), Is.True);

        AdmissionRequest Request(long id, int count, uint when) => new()
        {
            Id = id,
            MixedId = AdmissionContext.MixedId(id),
            Count = count,
            EventTime = At.Seconds(bySteps ? 5 : when),
            Step = bySteps ? when : 5
        };
    }

    // A line of a sketch tells 1,024 periods apart; the id in between keeps the partition awake, or not.
    [Test]
    public void A_count_has_decayed_after_any_number_of_half_lives(
        [Values] bool isSketch, [Values(31, 511, 512, 1023, 1024, 1025, 2048, 5000)] int periods, [Values] bool isAwake)
    {
        using var filter = Filter(new MinOccurrencesOptions(3) { HalfLifeSteps = 1 }, isSketch);
        Assert.That(filter.Admit(Request(7, 2, step: 100)), Is.False);
        if (isAwake)
        {
            for (var step = 101; step < 100 + periods; step += 100) filter.Admit(Request(8, 1, step));
        }
        Assert.That(filter.Admit(Request(7, 1, step: 100 + periods)), Is.False, "nothing was left to add to");
        Assert.That(filter.Admit(Request(7, 2, step: 100 + periods)), Is.True);

        // Neighbours: of one partition.
        static AdmissionRequest Request(long id, int count, long step) => new()
        {
            Id = id,
            MixedId = (ulong)id << 20,
            Count = count,
            EventTime = At.Seconds(5),
            Step = step
        };
    }

    [Test]
    public void What_has_decayed_to_nothing_takes_no_memory_for_long([Values] bool bySteps)
    {
        var options = new MinOccurrencesOptions(9);
        if (bySteps) options.HalfLifeSteps = 1;
        else options.HalfLife = TimeSpan.FromSeconds(1);
        using var filter = Filter(options);
        for (var round = 0; round < 20; round++)
        {
            for (var id = 0; id < 20_000; id++) filter.Admit(new AdmissionRequest
            {
                Id = round * 1_000_000 + id,
                MixedId = 0,
                Count = 1,
                EventTime = At.Seconds((uint)round),
                Step = round
            });
        }
        Assert.That(filter.PendingCount, Is.LessThan(52_000));
    }

    [Test]
    public void Memory_is_given_back_when_ids_are_admitted_forgotten_or_cleared()
    {
        const int Smallest = 1024 * 4 * 16;
        using var filter = Filter(new MinOccurrencesOptions(2));
        Count(filter, 60_000);
        Assert.That(filter.Bytes, Is.InRange(60_000 * 16 / 0.875, 60_000 * 25));
        for (var id = 0; id < 60_000; id++)
        {
            Assert.That(filter.Admit(Request(id)), Is.True);
            filter.Drop(id);
        }
        Assert.That(filter.Bytes, Is.LessThan(Smallest * 1.5), "admitted");
        Count(filter, 10_000);
        filter.Forget(At.Seconds(0));
        Assert.That(filter.Bytes, Is.Zero, "forgotten");
        Count(filter, 10_000);
        filter.Clear();
        Assert.That((filter.Bytes, filter.PendingCount), Is.EqualTo((0L, 0L)), "cleared");
    }

    [Test]
    public void A_sketch_keeps_to_its_memory_and_remembers_the_ids_seen_last()
    {
        using var filter = new MinOccurrencesOptions(3)
        {
            Counter = new SketchCounterOptions { Capacity = 276_480 }
        }.Create(new AdmissionContext(1, "test"));
        var bytes = filter.Bytes;
        Count(filter, 700_000);
        Assert.That(filter.Bytes, Is.EqualTo(bytes));
        Assert.That(filter.PendingCount, Is.InRange(270_000, 276_480));
        long Remembered(int from, int to) => Enumerable.Range(from, to - from).Count(id => filter.Explain(id)!.Value.Occurrences > 0);
        Assert.That(Remembered(600_000, 700_000), Is.GreaterThan(99_000), "the last third of its capacity");
        Assert.That(Remembered(0, 100_000), Is.LessThan(1000), "more than twice its capacity ago");
        filter.Clear();
        Assert.That((filter.PendingCount, Remembered(600_000, 700_000)), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public void What_cannot_be_used_is_refused_all_at_once()
    {
        var options = new MinOccurrencesOptions(-1)
        {
            BySlot = { [40_000] = 2, [3] = -1 },
            HalfLife = TimeSpan.FromMilliseconds(1500),
            HalfLifeSteps = 0,
        };
        options.Counter = new SketchCounterOptions { Bytes = 1000, Capacity = 0, SignatureBits = 12 };
        Assert.That(OptionFailures.PathsOf(() => options.Create(new AdmissionContext(1, "test"))), Is.EquivalentTo(new[]
        {
            "Occurrences", "BySlot", "BySlot[3]", "Counter.Bytes", "Counter.Capacity", "Counter.SignatureBits", "HalfLife", "HalfLifeSteps",
                "HalfLifeSteps",
        }));
    }

    private static AdmissionFilter Filter(MinOccurrencesOptions options, bool isSketch = false)
    {
        if (isSketch) options.Counter = new SketchCounterOptions { Bytes = 1 << 20, SignatureBits = 32 };
        return options.Create(new AdmissionContext(1, "test"));
    }

    private static int Occurrences(AdmissionFilter filter, long id)
    {
        var seen = 1;
        while (!filter.Admit(Request(id))) seen++;
        filter.Drop(id);
        return seen;
    }

    private static void Count(AdmissionFilter filter, int ids)
    {
        for (var id = 0; id < ids; id++) filter.Admit(Request(id));
    }

    private static AdmissionRequest Request(long id, int count = 1, uint time = 0) => new()
    {
        Id = id,
        MixedId = AdmissionContext.MixedId(id),
        Count = count,
        EventTime = At.Seconds(time),
        Step = 0
    };
}
