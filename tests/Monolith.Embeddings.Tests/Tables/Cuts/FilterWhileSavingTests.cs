using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Cuts;

/// <summary>
/// A cut holds what the filters remembered at it, whatever batches, evictions and steps of the scan come in which order; of a whole table
/// and of a range of one.
/// </summary>
public class FilterWhileSavingTests : LeakChecked
{
    private const int Ids = 30_000, BatchIds = 300;

    [Test]
    public void A_cut_holds_the_filters_as_they_were(
        [ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Counting))] string kind, [Values(1, 8)] int stripes,
        [Values(1, 4)] int ranges)
    {
        var random = new Random(stripes + ranges);
        using var set = Create(kind, stripes, new IdRange(ranges - 1, ranges));
        var (table, batches) = (set.Tables[0], new Batches(set.Tables[0], random));
        using var tracker = set.Track();
        for (var cuts = 0; cuts < 6; cuts++)
        {
            for (var i = random.Next(1, 20); i > 0; i--) batches.Next();
            var expected = Ordered(AdmissionRecordList.Of(table));
            var recorded = new RecordedCut(set);
            var cut = tracker.Take(wantsFull: cuts % 2 == 0, recorded);
            ScanBetweenBatches(table, batches, random);
            AssertHolds(kind, table, isFull: cuts % 2 == 0, recorded, expected);
            tracker.Commit(cut);
        }
    }

    [Test]
    public void A_save_that_is_given_up_is_told_nothing_more([Values("sketch", "all")] string kind)
    {
        using var set = Create(kind, 4, IdRange.Whole);
        var (table, batches) = (set.Tables[0], new Batches(set.Tables[0], new Random(1)));
        using var tracker = set.Track();
        for (var i = 0; i < 10; i++) batches.Next();
        var recorded = new RecordedCut(set);
        tracker.Take(wantsFull: true, recorded);
        for (var i = 0; i < 10; i++) batches.Next();
        Assert.That(recorded.FilterRecords, Is.Not.Empty);
        table.EndScan();
        var written = recorded.FilterRecords.Length;
        for (var i = 0; i < 5; i++) batches.Next();
        Assert.That(recorded.FilterRecords, Has.Length.EqualTo(written));
    }

    private static void ScanBetweenBatches(EmbeddingTable table, Batches batches, Random random)
    {
        var (unfinished, rate) = (Enumerable.Range(0, table.StripeCount).ToList(), random.Next(2, 6));
        while (unfinished.Count > 0)
        {
            if (random.Next(rate) == 0)
            {
                batches.Next();
                continue;
            }
            var stripe = unfinished[random.Next(unfinished.Count)];
            if (random.Next(3) > 0) table.ScanFilter(stripe);
            else if (!table.ScanNext(stripe)) unfinished.Remove(stripe);
        }
    }

    // A delta leaves out the filters of stripes that counted nothing since the cut before.
    private static void AssertHolds(string kind, EmbeddingTable table, bool isFull, RecordedCut found, AdmissionRecord[] expected)
    {
        var told = found.StripesWithFilter;
        Assert.That(told, isFull ? Has.Length.EqualTo(table.StripeCount) : Is.Not.Empty);
        var wanted = expected.Where(record => told.Contains(StripeOf(table, record.MixedId)));
        using var restored = Create(kind, table.StripeCount, table.Range);
        restored.Tables[0].LoadAdmission(found.FilterRecords);
        Assert.That(Ordered(AdmissionRecordList.Of(restored.Tables[0])).Select(Text), Is.EqualTo(wanted.Select(Text)));
    }

    private static int StripeOf(EmbeddingTable table, ulong mixedId) =>
        AdmissionContext.PartitionOf(mixedId) / (AdmissionContext.Partitions / table.AllStripes) - table.FirstStripe;

    private static string Text(AdmissionRecord record) => $"{record.MixedId:x16} {Convert.ToHexString(record.Bytes.Span)}";

    private static AdmissionRecord[] Ordered(AdmissionRecord[] records) => [.. records.OrderBy(record => record.MixedId)];

    private static EmbeddingTableSet Create(string kind, int stripes, IdRange range)
    {
        var options = TestTable.Plain(stripes, 1, o =>
        {
            (o.Admission, o.IdsCarrySlots) = (AdmissionKinds.Create(kind), true);
            o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(15));
        });
        IdRange? part = range.IsWhole ? null : range;
        var set = new EmbeddingTableSet(
            new TableSchema([options]), new EmbeddingTableSetOptions { Seed = 1, MemoryLimitBytes = 1 << 30, Range = part });
        if (range.Count > 1) set.Tables[0].SetQuota(Ids, Ids);
        return set;
    }

    /// <summary>Batches of new and known ids of a range at growing times, with removals and evictions between them.</summary>
    private sealed class Batches(EmbeddingTable table, Random random)
    {
        private int _step;

        public void Next()
        {
            _step++;
            long[] ids = [.. Enumerable.Range(0, BatchIds).Select(_ => Id()).Where(table.Range.Contains)];
            if (table.Range.Count > 1) table.SetQuota(Ids, Ids);
            switch (random.Next(10))
            {
                case 0: table.Remove(ids); break;
                case 1: table.Assign(ids, new float[ids.Length], At.Seconds((uint)_step)); break;
                case 2 when table.Range.IsWhole: table.Evict(); break;
                default: table.LookupOrAdmit(ids, [], new float[ids.Length], At.Seconds((uint)_step), _step); break;
            }
        }

        private long Id() => (long)random.Next(3) << 48 | (long)(Ids * Math.Pow(random.NextDouble(), 2));
    }
}
