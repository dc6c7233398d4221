using Measuring;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

/// <summary>The small form of <c>benchmarks/AdmissionSketch</c>: how many ids a sketch lets in that exact counters would not yet.</summary>
public class SketchAccuracyTests : LeakChecked
{
    private const int Ids = 200_000, Draws = 600_000;

    // Measured: 0.00015 at N = 2, 0.0003 at 5, 0 of 2,231 at 20.
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(20)]
    public void Few_ids_are_admitted_early_and_none_is_missed_that_fits(int occurrences)
    {
        using var filter = new MinOccurrencesOptions(occurrences)
        {
            Counter = new SketchCounterOptions { Capacity = Ids }
        }.Create(new AdmissionContext(1, "test"));
        var (seen, isAdmitted) = (new int[Ids], new bool[Ids]);
        var (admitted, early, late) = (0, 0, 0);
        foreach (var id in Zipf())
        {
            seen[id]++;
            if (isAdmitted[id] || !filter.Admit(new AdmissionRequest
            {
                Id = id,
                MixedId = AdmissionContext.MixedId(id),
                Count = 1,
                EventTime = At.Seconds(0),
                Step = 0
            })) continue;
            filter.Drop(id);
            isAdmitted[id] = true;
            admitted++;
            if (seen[id] < occurrences) early++;
            if (seen[id] > occurrences) late++;
        }
        TestContext.Out.WriteLine(
            $"N = {occurrences}: {admitted} admitted, {early / (double)admitted:P3} early, {late / (double)admitted:P3} late");
        Assert.That(admitted, Is.GreaterThan(1000));
        Assert.That(early, Is.LessThan(admitted * 0.002));
        Assert.That(late, Is.LessThan(admitted * 0.002));
        Assert.That(Enumerable.Range(0, Ids).Count(id => seen[id] >= occurrences && !isAdmitted[id]), Is.LessThan(admitted * 0.002));
    }

    // What docs/design/admission.md says that it takes; a line's share of the ids varies as random ones do.
    [TestCase(16, 5, 1.0, 0.915, 0.93)]
    [TestCase(16, 2, 1.3, 0.99, 0.995)]
    [TestCase(16, 5, 1.35, 0.99, 0.995)]
    [TestCase(16, 5, 1.65, 0.999, 0.9999)]
    [TestCase(16, 1000, 1.45, 0.99, 0.995)]
    [TestCase(16, 1000, 1.85, 0.999, 0.9999)]
    [TestCase(32, 5, 1.6, 0.99, 0.995)]
    [TestCase(32, 5, 2.3, 0.999, 0.9999)]
    public void A_capacity_keeps_this_share_of_so_many_ids(int signatureBits, int occurrences, double capacityById, double least,
        double most)
    {
        const int Distinct = 400_000;
        var counter = new SketchCounterOptions { SignatureBits = signatureBits };
        var perLine = AdmissionContext.Partitions * (long)SketchLayout.For(signatureBits, occurrences).Entries;
        // Capacity is rounded up to whole lines; as many ids as the ratio asks for then.
        counter.Capacity = (long)(Distinct * capacityById / perLine) * perLine;
        var ids = (long)(counter.Capacity.Value / capacityById);
        using var filter = new MinOccurrencesOptions(occurrences) { Counter = counter }.Create(new AdmissionContext(1, "test"));
        for (long id = 0; id < ids; id++) filter.Admit(new AdmissionRequest
        {
            Id = id,
            MixedId = AdmissionContext.MixedId(id),
            Count = 1,
            EventTime = At.Seconds(0),
            Step = 0
        });
        var kept = 0L;
        for (long id = 0; id < ids; id++) kept += filter.IsPending(id) ? 1 : 0;
        TestContext.Out.WriteLine($"{signatureBits} bits, N = {occurrences}, capacity {capacityById} an id: {kept / (double)ids:P2} kept");
        Assert.That(kept / (double)ids, Is.InRange(least, most));
    }

    private static IEnumerable<int> Zipf()
    {
        var (ranks, random) = (new ZipfRanks(Ids, 1.05), new Random(7));
        for (var i = 0; i < Draws; i++) yield return ranks.Next(random) - 1;
    }
}
