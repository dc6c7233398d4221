using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

public class OccurrenceFilterTests
{
    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(3, 3)]
    [TestCase(16, 16)]
    [TestCase(1000, 1000)]
    public void The_nth_occurrence_admits(int occurrences, int admittedAt)
    {
        using var filter = new OccurrenceFilter(new MinOccurrences(occurrences));
        for (var seen = 1; seen < admittedAt; seen++) Assert.That(filter.Admit(Request(7)), Is.False, $"occurrence {seen}");
        Assert.That(filter.Admit(Request(7)), Is.True);
        Assert.That(filter.PendingCount, Is.Zero);
        Assert.That(filter.Admit(Request(7)), Is.EqualTo(admittedAt == 1), "it starts again from 0");
    }

    [Test]
    public void Explaining_tells_the_count_and_changes_nothing()
    {
        using var filter = new OccurrenceFilter(new MinOccurrences(5));
        Assert.That(filter.Explain(7), Is.EqualTo(new AdmissionProgress(0, 5)));
        Assert.That(filter.PendingCount, Is.Zero);
        filter.Admit(new AdmissionRequest(7, 0, 3, 0, 0));
        Assert.That((filter.Explain(7), filter.Explain(8)), Is.EqualTo((new AdmissionProgress(3, 5), new AdmissionProgress(0, 5))));
        filter.Admit(new AdmissionRequest(7, 0, 1, 0, 0));
        Assert.That(filter.Explain(7), Is.EqualTo(new AdmissionProgress(4, 5)));
        Assert.That(filter.Admit(new AdmissionRequest(7, 0, 1, 0, 0)), Is.True);
    }

    [Test]
    public void Every_occurrence_in_a_batch_counts_and_large_counts_do_not_wrap()
    {
        using var filter = new OccurrenceFilter(new MinOccurrences(int.MaxValue));
        Assert.That(filter.Admit(Request(1, int.MaxValue - 1)), Is.False);
        Assert.That(filter.Admit(Request(1, int.MaxValue - 1)), Is.True);
        Assert.That(filter.Admit(Request(2, int.MaxValue)), Is.True);
    }

    [Test]
    public void Ids_are_forgotten_that_were_last_seen_at_or_before_a_time()
    {
        using var filter = new OccurrenceFilter(new MinOccurrences(3));
        filter.Admit(Request(1, 2, time: 100));
        filter.Admit(Request(2, 1, time: 100));
        filter.Admit(Request(2, 1, time: 50));
        filter.Admit(Request(3, 2, time: 101));
        filter.Forget(99);
        Assert.That(filter.PendingCount, Is.EqualTo(3));
        filter.Forget(100);
        Assert.That(filter.PendingCount, Is.EqualTo(1));
        Assert.That((filter.Admit(Request(1)), filter.Admit(Request(3))), Is.EqualTo((false, true)));
    }

    [Test]
    public void Memory_is_given_back_when_ids_are_admitted_forgotten_or_cleared()
    {
        using var filter = new OccurrenceFilter(new MinOccurrences(2));
        Count(filter, 10_000);
        Assert.That(filter.Bytes, Is.InRange(280_000, 1_120_000));
        for (var id = 0; id < 10_000; id++) Assert.That(filter.Admit(Request(id)), Is.True);
        Assert.That(filter.Bytes, Is.LessThan(1000), "admitted");
        Count(filter, 10_000);
        filter.Forget(0);
        Assert.That(filter.Bytes, Is.LessThan(1000), "forgotten");
        Count(filter, 10_000);
        filter.Clear();
        Assert.That(filter.Bytes, Is.LessThan(1000), "cleared");
    }

    [Test]
    public void A_negative_number_is_refused() =>
        Assert.That(OptionFailures.PathsOf(() => new MinOccurrences(-1).Create()), Is.EqualTo(new[] { "Occurrences" }));

    private static void Count(OccurrenceFilter filter, int ids)
    {
        for (var id = 0; id < ids; id++) filter.Admit(Request(id));
    }

    private static AdmissionRequest Request(long id, int count = 1, uint time = 0) => new(id, 0, count, time, 0);
}
