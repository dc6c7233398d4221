using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Cuts;

/// <summary>Which ids are admitted depends neither on the stripes nor on whether the filters were saved and loaded on the way.</summary>
public class AdmissionStateTests : LeakChecked
{
    private const int Batches = 120;

    [Test]
    public void The_stripes_do_not_matter([ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Names))] string kind)
    {
        var expected = Run(kind, 1, 1);
        Assert.That(expected.Last().Rows, Is.GreaterThan(50));
        Assert.That(expected.Last().Rows, Is.LessThan(19_000));
        Assert.That(Run(kind, 8, 8), Is.EqualTo(expected));
        Assert.That(Run(kind, 64, 64), Is.EqualTo(expected));
    }

    [Test]
    public void A_filter_that_was_saved_and_loaded_goes_on_as_if_it_had_not_been(
        [ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Names))] string kind)
    {
        var expected = Run(kind, 8, 8);
        Assert.That(Run(kind, 8, 1), Is.EqualTo(expected));
        Assert.That(Run(kind, 1, 64), Is.EqualTo(expected));
    }

    [Test]
    public void Saving_what_was_loaded_gives_the_same_records(
        [ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Counting))] string kind)
    {
        using var table = Table(kind, 8);
        var stream = new Stream(table, kind);
        for (var i = 0; i < 20; i++) stream.Next();
        var records = Save(table);
        Assert.That(records, Is.Not.Empty);
        using var copy = Table(kind, 64);
        copy.LoadAdmission(records);
        Assert.That(copy.GetStatistics().PendingIds, Is.EqualTo(table.GetStatistics().PendingIds));
        using var third = Table(kind, 1);
        third.LoadAdmission(Save(copy));
        Assert.That(third.GetStatistics().PendingIds, Is.EqualTo(table.GetStatistics().PendingIds));
    }

    [Test]
    public void Damaged_records_are_refused_and_leave_nothing(
        [ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Counting))] string kind)
    {
        using var table = Table(kind, 4);
        var stream = new Stream(table, kind);
        for (var i = 0; i < 20; i++) stream.Next();
        var records = Save(table);
        var last = records[^1];
        var bytes = last.Bytes.ToArray();
        var otherPartition = (AdmissionContext.PartitionOf(last.MixedId) + 1) % AdmissionContext.Partitions;
        AssertRefused(kind, [.. records, last], "the last one twice");
        AssertRefused(kind, [.. records[..^1], new(last.MixedId, bytes.AsMemory(0, bytes.Length - 1))], "its last byte lost");
        AssertRefused(kind, [.. records[..^1], new(last.MixedId, ReadOnlyMemory<byte>.Empty)], "all bytes lost");
        AssertRefused(kind, [.. records[..^1], new(last.MixedId, bytes.Select(_ => (byte)0xFF).ToArray())], "all bits set");
        // A sketch's lines do not tell whose they are.
        if (!kind.Contains("sketch", StringComparison.Ordinal) && kind is not ("all" or "nested"))
            AssertRefused(kind, [.. records[..^1], new(AdmissionContext.FirstMixedId(otherPartition), bytes)], "another partition's");
        for (var place = 0; place < 4; place++)
        {
            var wrong = bytes.ToArray();
            wrong[place] ^= 0x40;
            AssertRefused(kind, [.. records[..^1], new(last.MixedId, wrong)], $"byte {place} changed");
        }
    }

    [Test]
    public void Damage_anywhere_in_a_record_is_refused_or_harmless(
        [ValueSource(typeof(AdmissionKinds), nameof(AdmissionKinds.Counting))] string kind)
    {
        using var table = Table(kind, 1);
        new Stream(table, kind).Next();
        var (records, random) = (Save(table), new Random(3));
        for (var round = 0; round < 100; round++)
        {
            var chosen = random.Next(records.Length);
            var bytes = records[chosen].Bytes.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            using var copy = Table(kind, 1);
            try
            {
                copy.LoadAdmission([.. records[..chosen], new(records[chosen].MixedId, bytes), .. records[(chosen + 1)..]]);
                new Stream(copy, kind).Next();
            }
            catch (InvalidDataException)
            {
                Assert.That(copy.GetStatistics().PendingIds, Is.Zero);
            }
        }
    }

    [Test]
    public void A_table_that_counts_already_or_has_no_filter_or_too_little_memory_refuses_a_state()
    {
        using var table = Table("exact", 4);
        table.LookupOrAdmit(TestTable.Range(0, 5000), [], new float[5000], At.Seconds(0));
        var records = Save(table);
        Assert.That(() => table.LoadAdmission(records), Throws.InvalidOperationException.With.Message.Contains("already"));
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(5000));
        using var plain = TestTable.Create(TestTable.Plain());
        Assert.That(() => plain.LoadAdmission(records), Throws.TypeOf<InvalidDataException>());
        using var small = TestTable.Create(TestTable.Plain(4, 1, o => o.Admission = AdmissionKinds.Create("exact")), limit: 1 << 20);
        Assert.That(
            () => small.LoadAdmission(records), Throws.TypeOf<InsufficientMemoryException>().With.Message.Contains("MemoryLimitBytes"));
        Assert.That(small.GetStatistics().PendingIds, Is.Zero);
        // All the room is there again.
        small.LookupOrAdmit(TestTable.Range(0, 2000), [], new float[2000], At.Seconds(0));
        Assert.That((small.GetStatistics().PendingIds, small.GetStatistics().Refused), Is.EqualTo((2000L, 0L)));
    }

    private static void AssertRefused(string kind, AdmissionRecord[] records, string what)
    {
        using var table = Table(kind, 8);
        Assert.That(() => table.LoadAdmission(records), Throws.TypeOf<InvalidDataException>(), what);
        Assert.That(table.GetStatistics().PendingIds, Is.Zero, what);
        table.LoadAdmission([.. records.Take(1)]);
        Assert.That(table.GetStatistics().PendingIds, Is.Positive, "it can still be loaded into");
    }

    /// <summary>What happened batch by batch, where the filters move from one table to another after half of them.</summary>
    private static List<(int Found, long Rows, long Pending)> Run(string kind, int stripes, int stripesAfter)
    {
        var results = new List<(int, long, long)>();
        using var table = Table(kind, stripes);
        using var next = Table(kind, stripesAfter);
        var stream = new Stream(table, kind);
        for (var i = 0; i < Batches; i++)
        {
            if (i == Batches / 2 && stripesAfter != stripes)
            {
                stream.MoveTo(next);
                next.LoadAdmission(Save(table));
            }
            results.Add((stream.Next(), stream.Table.Count, stream.Table.GetStatistics().PendingIds));
            // Rows are gone at times, and start again; pending ids too.
            if (i % 25 == 24) stream.Table.Evict();
        }
        return results;
    }

    private static EmbeddingTable Table(string kind, int stripes) => TestTable.Create(TestTable.Plain(stripes, 1, o =>
    {
        (o.Admission, o.IdsCarrySlots) = (AdmissionKinds.Create(kind), true);
        o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(40));
    }));

    private static AdmissionRecord[] Save(EmbeddingTable table) => AdmissionRecordList.Of(table);

    /// <summary>Batches of packed ids, some often and most seldom, at growing times and steps.</summary>
    private sealed class Stream(EmbeddingTable table, string kind)
    {
        private readonly Random _random = new(kind.Length);
        private readonly Dictionary<long, uint> _lastSeen = [];
        private int _step;

        public EmbeddingTable Table { get; private set; } = table;

        public int Next()
        {
            _step++;
            long[] ids =
                [.. Enumerable.Range(0, 500).Select(_ => (long)_random.Next(3) << 48 | (long)(20_000 * Math.Pow(_random.NextDouble(), 3)))];
            int[] counts = [.. ids.Select(_ => 1 + _random.Next(3) / 2)];
            foreach (var id in ids) _lastSeen[id] = (uint)_step;
            return Table.LookupOrAdmit(ids, counts, new float[ids.Length], At.Seconds((uint)_step), _step);
        }

        /// <summary>Goes on with a table of the same rows.</summary>
        public void MoveTo(EmbeddingTable next)
        {
            foreach (var chunk in Table.EnumerateRows(4096))
            {
                for (var i = 0; i < chunk.Count; i++) next.Assign([chunk.Ids[i]], [0], At.Seconds(chunk.LastUpdatesMilliseconds[i] / 1000));
            }
            Table = next;
            next.LookupOrAdmit([], [], [], At.Seconds((uint)_step));
        }
    }
}
