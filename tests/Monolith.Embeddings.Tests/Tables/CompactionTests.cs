using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Evictions that remove rows many at a time: what is dead goes, what lives stays as it is, whatever happens between two slices.</summary>
public class CompactionTests : LeakChecked
{
    private const uint Old = 100, Young = 110;

    private readonly Dictionary<long, float> _model = [];
    private readonly Random _random = new(5);

    [SetUp]
    public void Forget() => _model.Clear();

    [Test]
    public void What_is_dead_goes_and_the_rest_stays(
        [Values(0, 0.01, 0.5, 0.97, 1)] double share, [Values(1, 2, 3, 700, 5000)] int rows, [Values(1, 100, 2048)] int slice, [Values] bool isAsked)
    {
        using var table = Filled(rows, share, isAsked);
        var dead = rows - _model.Count;
        table.BeginPass();
        var reclaimed = 0;
        // A slice may find nobody dead; as many as there are rows are enough.
        for (var i = 0; i < 2 * rows && reclaimed < dead; i++) reclaimed += table.ReclaimSlice(0, slice);
        Assert.That((reclaimed, table.Count, table.GetStatistics().Expired), Is.EqualTo((dead, (long)_model.Count, (long)dead)));
        Compare(table, rows);
        Assert.That(table.Evict(), Is.Zero, "nobody was left");
    }

    [Test]
    public void Whatever_is_done_between_two_slices_the_dead_go_and_nobody_else(
        [Values(0.1, 0.5, 0.9)] double share, [Values(30, 2000)] int rows, [Values(3, 64, 1500)] int slice, [Values] bool isAsked, [Values] bool isEnumerated)
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
        Assert.That(table.Count, Is.EqualTo(_model.Count));
    }

    private EmbeddingTable Filled(int rows, double share, bool isAsked)
    {
        var table = TestTable.Create(TestTable.Plain(1, 1, o => o.Expiry = isAsked
            ? new ExpireIf(static (in RowMetadata row, in ExpiryTime _) => row.LastUpdate < Young)
            : new TimeToLive(TimeSpan.FromSeconds(Young - Old))));
        for (var id = 0; id < rows; id++)
        {
            var isDead = _random.NextDouble() < share;
            table.Assign([id], [id + 1], isDead ? Old : Young);
            if (!isDead) _model[id] = id + 1;
        }
        table.BelieveEventTime(Young);
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
        table.Assign([id], [_model[id]], Young);
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
