using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Enumeration;

namespace Monolith.Embeddings.Tests.Tables.Stripes;

/// <summary>
/// Evictions that remove rows many at a time: what is dead goes, what lives stays as it is, whatever happens between two slices.
/// </summary>
public class CompactionTests : LeakChecked
{
    private const uint Old = 100, Young = 110;

    private readonly Dictionary<long, float> _model = [];
    private readonly Random _random = new(5);

    [SetUp]
    public void Forget() => _model.Clear();

    [Test]
    public void What_is_dead_goes_and_the_rest_stays(
        [Values(0, 0.01, 0.5, 0.97, 1)] double share, [Values(1, 2, 3, 700, 5000)] int rows, [Values(1, 100, 2048)] int slice,
        [Values] bool isAsked)
    {
        using var table = Filled(rows, share, isAsked);
        var dead = rows - _model.Count;
        table.BeginPass();
        var reclaimed = 0;
        // A slice may find no dead row; as many slices as there are rows are enough.
        for (var i = 0; i < 2 * rows && reclaimed < dead; i++) reclaimed += table.ReclaimSlice(0, slice);
        Assert.That((reclaimed, table.Count, table.GetStatistics().Expired), Is.EqualTo((dead, (long)_model.Count, (long)dead)));
        Compare(table, rows);
        Assert.That(table.Evict(), Is.Zero, "no dead row was left");
    }

    [TestCase(0ul, TestName = "Collisions: one pair of buckets and one tag")]
    [TestCase(0x3_0000_0000ul, TestName = "Collisions: one bucket and four tags")]
    public void Ids_on_the_overflow_list_go_and_move_like_others(ulong hashMask)
    {
        foreach (var share in new[] { 0.1, 0.5, 0.9 })
        {
            _model.Clear();
            using var table = Filled(300, share, isAsked: false, hashMask);
            Assert.That(table.Evict(), Is.EqualTo(300 - _model.Count));
            Compare(table, 300);
            for (var change = 0; change < 300; change++) Change(table, _random.Next(400), []);
            Compare(table, 400);
        }
    }

    [Test]
    public void A_table_that_is_cleared_in_the_middle_is_empty_and_says_who_was_dead()
    {
        using var table = Filled(3000, 0.5, isAsked: false);
        table.BeginPass();
        table.ReclaimSlice(0, 100);
        var dead = Enumerable.Range(0, 3000).First(id => !_model.ContainsKey(id));
        table.Clear();
        var counted = table.GetStatistics();
        Assert.That((table.Count, counted.Expired, counted.Cleared), Is.EqualTo((0L, 3000L - _model.Count, (long)_model.Count)));
        Assert.That(table.Explain(_model.Keys.Last()).LastRemoval!.Cause, Is.EqualTo(RemovalCause.Cleared));
        Assert.That(table.Explain(2999 - Enumerable.Range(0, 3000).First(back => !_model.ContainsKey(2999 - back))).LastRemoval!.Cause,
            Is.EqualTo(RemovalCause.Expired));
        Assert.That(table.Evict(), Is.Zero);
        table.Assign([dead], [1], At.Seconds(Old));
        Assert.That(table.Contains(dead));
    }

    [Test]
    public void Whatever_is_done_between_two_slices_the_dead_go_and_nobody_else(
        [Values(0.1, 0.5, 0.9)] double share, [Values(30, 2000)] int rows, [Values(3, 64, 1500)] int slice, [Values] bool isAsked,
        [Values] bool isEnumerated)
    {
        using var table = Filled(rows, share, isAsked);
        var enumerations = new List<ThroughoutRows>();
        table.BeginPass();
        for (var i = 0; i < 60; i++)
        {
            if (isEnumerated && i % 10 == 5) enumerations.Add(new ThroughoutRows(table, _model.Keys, chunkRows: 40));
            foreach (var enumeration in enumerations) enumeration.Step();
            for (var changes = _random.Next(10); changes > 0; changes--) Change(table, _random.Next(2 * rows), enumerations);
            table.ReclaimSlice(0, slice);
            if (i % 10 == 0) Compare(table, 2 * rows);
        }
        foreach (var enumeration in enumerations) enumeration.Finish();
        table.Evict();
        Compare(table, 2 * rows);
        var counted = table.GetStatistics();
        Assert.That((table.Count, counted.Created - counted.Expired - counted.Removed), Is.EqualTo((_model.Count, table.Count)));
    }

    private EmbeddingTable Filled(int rows, double share, bool isAsked, ulong hashMask = ulong.MaxValue)
    {
        var table = TestTable.Create(TestTable.Plain(1, 1, o => (o.HashMask, o.Expiry) = (hashMask, isAsked
            ? new ExpireIfOptions(static (in RowMetadata row, in ExpiryTime _) => row.LastUpdate.InSeconds() < Young)
            : new TimeToLiveOptions(TimeSpan.FromSeconds(Young - Old)))));
        for (var id = 0; id < rows; id++)
        {
            var isDead = _random.NextDouble() < share;
            table.Assign([id], [id + 1], At.Seconds(isDead ? Old : Young));
            if (!isDead) _model[id] = id + 1;
        }
        table.ConfirmEventTime(Young);
        return table;
    }

    private void Change(EmbeddingTable table, long id, List<ThroughoutRows> enumerations)
    {
        if (_random.Next(2) == 0)
        {
            Assert.That(table.Remove(id), Is.EqualTo(_model.Remove(id)), $"id {id}");
            foreach (var enumeration in enumerations) enumeration.Removed(id);
            return;
        }
        _model[id] = _random.Next(1000);
        table.Assign([id], [_model[id]], At.Seconds(Young));
    }

    private void Compare(EmbeddingTable table, int ids)
    {
        var all = TestTable.Range(0, ids);
        var found = new bool[ids];
        table.Contains(all, found);
        Assert.That(all.Where(id => found[id]), Is.EquivalentTo(_model.Keys));
        Assert.That(TestTable.Read(table, all), Is.EqualTo(all.Select(id => _model.GetValueOrDefault(id))));
    }
}
