using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Model;

/// <summary>Does the same to a table and to its model and compares every answer, bit for bit.</summary>
internal sealed class ModelComparison : IDisposable
{
    private readonly EmbeddingTable _table;
    private readonly TableModel _model;
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1000));
    private readonly long[] _pool;

    public ModelComparison(ModelSettings settings)
    {
        _table = TestTable.Create(settings.Options(), time: _time);
        _pool = settings.AllIds;
        // First values have a test of their own; here a table without a filter tells them.
        using var births = TestTable.Create(settings.Plain());
        var born = new float[_pool.Length * births.Dimension];
        births.LookupOrAdmit(_pool, [], born, At.Seconds(0));
        var first = _pool.Select((id, i) => (id, i))
            .ToDictionary(p => p.id, p => born.AsSpan(p.i * births.Dimension, births.Dimension).ToArray());
        _model = new TableModel(settings, () => (uint)_time.GetUtcNow().ToUnixTimeSeconds(), id => first[id]);
    }

    public EmbeddingTable Table => _table;

    public TableModel Model => _model;

    public void Do(TableAction action)
    {
        var random = new Random(action.Seed);
        long[] ids = [.. Enumerable.Range(0, action.Size).Select(_ => _pool[random.Next(_pool.Length)])];
        int[] counts = random.Next(2) == 0 ? [] : [.. ids.Select(_ => random.Next(1, 4))];
        var values = TestTable.Values(ids.Length, _model.Dimension, action.Seed);
        var time = (uint)random.Next(1000, 1060);
        var what = action.ToString();
        switch (action.Verb)
        {
            case TableVerb.Lookup:
                Compare(_table.Lookup, ids, _model.Lookup, what);
                break;
            case TableVerb.LookupOrAdmit:
                _model.See(time);
                var place = 0;
                Compare((i, o) => _table.LookupOrAdmit(i, counts, o, At.Seconds(time)), ids, id =>
                    _model.LookupOrAdmit(id, CountAt(counts, place++), time), what);
                break;
            case TableVerb.ApplyGradients:
            case TableVerb.ApplyOrDrop:
                Apply(ids, values, counts, time, action.Verb == TableVerb.ApplyOrDrop, random, what);
                break;
            case TableVerb.Assign:
            case TableVerb.AssignAdd:
                _model.See(time);
                var isAdded = action.Verb == TableVerb.AssignAdd;
                for (var i = 0; i < ids.Length; i++) _model.Assign(ids[i], Part(values, i), time, isAdded);
                Assert.That(isAdded ? _table.AssignAdd(ids, values, At.Seconds(time)) : _table.Assign(ids, values, At.Seconds(time)),
                    Is.EqualTo(ids.Length), what);
                break;
            case TableVerb.Contains:
                var found = new bool[ids.Length];
                Assert.That(_table.Contains(ids, found), Is.EqualTo(ids.Count(_model.Contains)), what);
                Assert.That(found, Is.EqualTo(ids.Select(_model.Contains)), what);
                break;
            case TableVerb.Remove:
                Assert.That(_table.Remove(ids), Is.EqualTo(ids.Count(_model.Remove)), what);
                break;
            case TableVerb.Wait:
                _time.Advance(TimeSpan.FromSeconds(random.Next(1, 10)));
                break;
            case TableVerb.Evict:
                Assert.That(_table.Evict(), Is.EqualTo(_model.Evict()), what);
                break;
            case TableVerb.Clear:
                _table.Clear();
                _model.Clear();
                break;
        }
        Assert.That(_table.Count, Is.EqualTo(_model.Count), what);
        Assert.That(_table.NewestEventTime.InSeconds(), Is.EqualTo(_model.Newest), what);
        AssertStatistics(what);
    }

    public void AssertEqual()
    {
        Compare(_table.Lookup, _pool, _model.Lookup, "at the end");
        AssertStatistics("at the end");
    }

    public void Dispose()
    {
        _table.Dispose();
        _time.Dispose();
    }

    private void AssertStatistics(string what)
    {
        var statistics = _table.GetStatistics();
        Assert.That(ModelCounters.Of(statistics), Is.EqualTo(_model.Counters), what);
        Assert.That((statistics.Rows, statistics.PendingIds, statistics.Refused),
            Is.EqualTo(((long)_model.Count, (long)_model.PendingCount, 0L)), what);
        Assert.That(statistics.OverflowIds, Is.InRange(0, statistics.Rows), what);
    }

    private delegate int Reading(ReadOnlySpan<long> ids, Span<float> output);

    private void Compare(Reading read, long[] ids, Func<long, float[]?> expected, string what)
    {
        var output = new float[ids.Length * _model.Dimension];
        output.AsSpan().Fill(float.NaN);
        var (all, found) = (new List<float>(), 0);
        foreach (var id in ids)
        {
            var row = expected(id);
            if (row is not null) found++;
            all.AddRange(row ?? new float[_model.Dimension]);
        }
        Assert.That(read(ids, output), Is.EqualTo(found), what);
        Assert.That(Bits.Of(output), Is.EqualTo(Bits.Of([.. all])), what);
    }

    private void Apply(long[] ids, float[] values, int[] counts, uint time, bool drops, Random random, string what)
    {
        if (values.Length > 0 && random.Next(4) == 0)
            values[random.Next(values.Length)] = random.Next(2) == 0 ? float.NaN : float.NegativeInfinity;
        _model.See(time);
        var applied = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            if (_model.Apply(ids[i], Part(values, i), CountAt(counts, i), time, drops)) applied++;
        }
        Assert.That(_table.ApplyGradients(ids, values, counts, At.Seconds(time), step: 0, absent: drops ? AbsentIds.Drop : AbsentIds.Admit),
            Is.EqualTo(applied), what);
    }

    private float[] Part(float[] values, int place) => values.AsSpan(place * _model.Dimension, _model.Dimension).ToArray();

    private static int CountAt(int[] counts, int place) => counts.Length == 0 ? 1 : counts[place];
}
