using Experiments.Data;
using Experiments.Ids;
using Experiments.Learning;

namespace Experiments.Tests;

/// <summary>How values become rows.</summary>
public class IdSchemeTests
{
    // MovieLens-25M has 162,541 users and 59,047 films; the paper states how many rows they have in tables of a million.
    [TestCase(162_541, 149_970)]
    [TestCase(59_047, 57_361)]
    public void Md5_gives_the_papers_distinct_counts(int values, int distinct) =>
        Assert.That(Enumerable.Range(0, values).Select(number => Md5Rows.RowOf(number, 1_000_000)).Distinct().Count(),
            Is.EqualTo(distinct));

    [TestCase(0.03)]
    [TestCase(0.25)]
    [TestCase(0.8)]
    public void A_size_for_a_share_has_that_share(double share)
    {
        var rows = HashedTableSize.RowsFor(20_000, share);
        Assert.That(1 - HashedTableSize.ExpectedDistinct(20_000, rows) / 20_000, Is.EqualTo(share).Within(0.001));
    }

    [Test]
    public void The_expected_number_is_that_of_the_paper() =>
        Assert.That(HashedTableSize.ExpectedDistinct(162_541, 1_000_000), Is.EqualTo(150_019).Within(1));

    [Test]
    public void Slots_with_few_values_are_not_hashed()
    {
        var log = MadeUpRatings.Log(3000);
        var (values, rows) = (new List<SlotValue>(), new List<SlotValue>());
        var scheme = new Md5Rows(new SlotIndexes(log, fewestHashed: 100), _ => 10);
        HashSet<SlotValue> hours = [];
        for (var place = 0; place < log.Count; place++)
        {
            values.Clear();
            log.ValuesOf(place, values);
            rows.Clear();
            foreach (var value in values) scheme.Add(value, rows);
            hours.UnionWith(rows.Where(row => row.Slot == 4));
        }
        Assert.That(hours, Has.Count.EqualTo(24));
        Assert.That(scheme.Distinct(0), Is.EqualTo(10));
    }

    [Test]
    public void Quotient_and_remainder_tell_all_values_apart()
    {
        var log = MadeUpRatings.Log(3000);
        var indexes = new SlotIndexes(log, fewestHashed: 100);
        var scheme = new QuotientRemainderRows(indexes, 0.25);
        HashSet<(long, long)> pairs = [];
        HashSet<long> rows = [];
        var (values, own) = (new List<SlotValue>(), new List<SlotValue>());
        for (var place = 0; place < log.Count; place++)
        {
            values.Clear();
            own.Clear();
            log.ValuesOf(place, values);
            scheme.Add(values[0], own);
            pairs.Add((own[0].Value, own[1].Value));
            rows.UnionWith(own.Select(row => row.Value));
        }
        Assert.That(pairs, Has.Count.EqualTo(indexes.Count(0)));
        Assert.That(rows, Has.Count.EqualTo(scheme.RowCount(0)));
    }

    [Test]
    public void Rows_that_are_kept_are_those_that_are_made_anew()
    {
        var log = MadeUpRatings.Log(500);
        var scheme = new QuotientRemainderRows(new SlotIndexes(log, fewestHashed: 100), 0.25);
        var (kept, anew, values, rows) = (new LogRows(log, scheme), new LogRows(log, scheme, mostKept: 10), new List<SlotValue>(),
            new List<SlotValue>());
        foreach (var place in new[] { 0, 7, 499, 1 })
        {
            var expected = anew.Of(place, values, rows).ToArray();
            Assert.That(kept.Of(place, values, []).ToArray(), Is.EqualTo(expected), $"{place}");
        }
    }
}
