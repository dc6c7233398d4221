using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Admission;

public class ProbabilityTests
{
    [TestCase(AdmissionChance.Unequal, 1, 10, 0.1)]
    [TestCase(AdmissionChance.Unequal, 3, 4, 0.75)]
    [TestCase(AdmissionChance.Unequal, 7, 5, 1)]
    [TestCase(AdmissionChance.Equal, 1, 10, 0.25886556)]
    [TestCase(AdmissionChance.Equal, 10, 10, 0.95)]
    [TestCase(AdmissionChance.Equal, 1, 1, 1)]
    [TestCase(AdmissionChance.Unequal, 1, 0, 1)]
    public void Ids_are_admitted_with_their_probability(AdmissionChance chance, int count, double occurrences, double probability)
    {
        const int Draws = 40_000;
        using var filter = new AdmitWithProbabilityOptions(occurrences) { Chance = chance }.Create(new AdmissionContext(7, "test"));
        // By id and by step.
        var byId = Enumerable.Range(0, Draws).Count(id => filter.Admit(Request(id, count, 3)));
        var byStep = Enumerable.Range(0, Draws).Count(step => filter.Admit(Request(-5, count, step)));
        var deviation = Math.Sqrt(Draws * probability * (1 - probability));
        Assert.That(byId, Is.EqualTo(Draws * probability).Within(4 * deviation));
        Assert.That(byStep, Is.EqualTo(Draws * probability).Within(4 * deviation));
    }

    [Test]
    public void The_equal_form_does_not_mind_how_occurrences_are_spread()
    {
        using var filter = new AdmitWithProbabilityOptions(20) { Chance = AdmissionChance.Equal }.Create(new AdmissionContext(7, "test"));
        var singly = Enumerable.Range(0, 20_000).Count(id => Enumerable.Range(0, 20).Any(step => filter.Admit(Request(id, 1, step))));
        Assert.That(singly, Is.EqualTo(19_000).Within(4 * Math.Sqrt(20_000 * 0.95 * 0.05)));
    }

    [Test]
    public void The_draw_is_one_of_seed_table_id_and_step()
    {
        bool[] Answers(ulong seed, string table, int firstPartition, int partitions, long step)
        {
            using var filter = new AdmitWithProbabilityOptions(2).Create(new AdmissionContext(seed, table, firstPartition, partitions));
            return [.. Enumerable.Range(0, 200).Select(id => filter.Admit(Request(id, 1, step)))];
        }
        var answers = Answers(1, "test", 0, 1024, 5);
        Assert.That(Answers(1, "test", 512, 16, 5), Is.EqualTo(answers));
        Assert.That(Answers(2, "test", 0, 1024, 5), Is.Not.EqualTo(answers));
        Assert.That(Answers(1, "other", 0, 1024, 5), Is.Not.EqualTo(answers));
        Assert.That(Answers(1, "test", 0, 1024, 6), Is.Not.EqualTo(answers));
    }

    [Test]
    public void What_cannot_be_used_is_refused() =>
        Assert.That(OptionFailures.PathsOf(
            () => new AdmitWithProbabilityOptions(double.NaN) { Chance = (AdmissionChance)9 }.Create(new AdmissionContext(1, "test"))),
            Is.EqualTo(new[] { "Occurrences", "Chance" }));

    private static AdmissionRequest Request(long id, int count, long step) => new()
    {
        Id = id,
        MixedId = AdmissionContext.MixedId(id),
        Count = count,
        EventTime = At.Seconds(0),
        Step = step
    };
}
