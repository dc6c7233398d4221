using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

public class CombinationTests : LeakChecked
{
    [Test]
    public void All_of_several_thresholds_is_the_largest_and_any_of_them_the_smallest([Values] bool isSketch)
    {
        using var all = new AllOfOptions(Min(3, isSketch), Min(5, false)).Create(Context);
        using var any = new AnyOfOptions(Min(3, isSketch), Min(5, false)).Create(Context);
        for (var round = 0; round < 2; round++)
        {
            Assert.That((AdmittedAt(all, 7), AdmittedAt(any, 7)), Is.EqualTo((5, 3)));
            Assert.That((all.PendingCount, any.PendingCount), Is.EqualTo((0L, 0L)), "all members forget it");
        }
    }

    [Test]
    public void A_member_that_said_yes_waits_for_the_others()
    {
        var isOpen = false;
        using var filter = new AllOfOptions(new MinOccurrencesOptions(3), new AdmitIfOptions((in AdmissionRequest _) => isOpen))
            .Create(Context);
        Assert.That(filter.Admit(Request(7, 3)), Is.False);
        isOpen = true;
        Assert.That(filter.Admit(Request(7, 1)), Is.True);
    }

    [Test]
    public void Every_member_sees_every_occurrence([Values] bool all)
    {
        var asked = new int[2];
        AdmissionFilterOptions[] members = [.. Enumerable.Range(0, 2)
            .Select(i => new AdmitIfOptions((in AdmissionRequest request) => (asked[i] += request.Count) > 100 + i))];
        using var filter = (all ? (AdmissionFilterOptions)new AllOfOptions(members) : new AnyOfOptions(members)).Create(Context);
        Assert.That((filter.Admit(Request(1, 40)), filter.Admit(Request(1, 61)), asked[0], asked[1]), Is.EqualTo((false, !all, 101, 101)));
    }

    [Test]
    public void The_member_that_decides_explains()
    {
        using var all = new AllOfOptions(new AdmitIfOptions((in AdmissionRequest _) => true), new MinOccurrencesOptions(3),
            new MinOccurrencesOptions(9)).Create(Context);
        using var any = new AnyOfOptions(new MinOccurrencesOptions(3), new MinOccurrencesOptions(9)).Create(Context);
        using var none = new AnyOfOptions(new AdmitWithProbabilityOptions(9)).Create(Context);
        foreach (var filter in new[] { all, any, none }) filter.Admit(Request(7, 2));
        Assert.That((all.Explain(7), any.Explain(7), none.Explain(7)),
            Is.EqualTo(((AdmissionProgress?)new AdmissionProgress { Occurrences = 2, Threshold = 9 },
            (AdmissionProgress?)new AdmissionProgress { Occurrences = 2, Threshold = 3 }, (AdmissionProgress?)null)));
        Assert.That(all.Name, Is.EqualTo("all-of(admit-if, min-occurrences, min-occurrences)"));
    }

    [Test]
    public void Pending_ids_are_counted_once_and_forgotten_together()
    {
        using var filter = new AllOfOptions(new MinOccurrencesOptions(3), new MinOccurrencesOptions(5), Min(9, isSketch: true))
            .Create(Context);
        for (var id = 0; id < 100; id++) filter.Admit(new AdmissionRequest
        {
            Id = id,
            MixedId = AdmissionContext.MixedId(id),
            Count = 1,
            EventTime = At.Seconds(50),
            Step = 0
        });
        Assert.That((filter.PendingCount, filter.IsPending(7), filter.IsPending(100)), Is.EqualTo((100L, true, false)));
        filter.Forget(At.Seconds(50));
        Assert.That(filter.PendingCount, Is.Zero);
        filter.Admit(Request(1, 1));
        filter.Clear();
        Assert.That(filter.PendingCount, Is.Zero);
    }

    [Test]
    public void Members_are_validated_with_their_places()
    {
        Assert.That(OptionFailures.PathsOf(
            () => new AllOfOptions(new MinOccurrencesOptions(2), new AnyOfOptions(), new AdmitIfOptions(), null!).Create(Context)),
            Is.EqualTo(new[] { "Members[1].Members.Count", "Members[2].Predicate", "Members[3]" }));
    }

    private static AdmissionContext Context => new(1, "test");

    private static MinOccurrencesOptions Min(int occurrences, bool isSketch)
    {
        var options = new MinOccurrencesOptions(occurrences);
        if (isSketch) options.Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes };
        return options;
    }

    private static int AdmittedAt(AdmissionFilter filter, long id)
    {
        var seen = 1;
        while (!filter.Admit(Request(id, 1))) seen++;
        filter.Drop(id);
        return seen;
    }

    private static AdmissionRequest Request(long id, int count) => new()
    {
        Id = id,
        MixedId = AdmissionContext.MixedId(id),
        Count = count,
        EventTime = At.Seconds(0),
        Step = 0
    };
}
