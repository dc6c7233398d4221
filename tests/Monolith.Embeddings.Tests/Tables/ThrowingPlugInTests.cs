using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>A plug-in throws in the middle of a batch: every row is as before or as after, and the table goes on.</summary>
[TestFixture(RowPrecision.Float32)]
[TestFixture(RowPrecision.BFloat16)]
public class ThrowingPlugInTests(RowPrecision statePrecision) : LeakChecked
{
    private const int Count = 40;
    private const long Bad = 17;

    private static readonly long[] Ids = TestTable.Range(0, Count);

    private PlugIns _hooks = null!;
    private EmbeddingTable _table = null!;

    [SetUp]
    public void Create()
    {
        _hooks = new PlugIns();
        // Two segments: what throws in the second must not leave the first one changed.
        _table = TestTable.Create(TestTable.Plain(4, 2, o =>
        {
            o.Segments.Add(
                new SegmentOptions { Name = "hooked", Dimension = 3, Optimizer = _hooks.Optimizer, Initializer = _hooks.Initializer });
            foreach (var segment in o.Segments) segment.StatePrecision = statePrecision;
            o.Admission = _hooks.Admission;
            o.Expiry = _hooks.Expiry;
        }));
    }

    [TearDown]
    public void Dispose() => _table.Dispose();

    [Test]
    public void An_optimizer_that_throws_leaves_rows_whole()
    {
        Admit();
        var before = TestTable.Read(_table, Ids);
        _hooks.OnApply = FailOn(Bad);
        var gradients = TestTable.Values(Count, 5, 1);
        var applied = Interrupted(() => _table.ApplyGradients(Ids, gradients, [], At.Seconds(0), step: 0)).Applied;
        Assert.That(AssertWhole(before, gradients), Is.EqualTo(applied));
        AssertUsable();
    }

    [Test]
    public void A_row_that_was_interrupted_goes_on_with_its_old_state()
    {
        Admit();
        _hooks.OnApply = FailOn(Bad);
        Interrupted(() => _table.ApplyGradients([Bad], [1, 1, 1, 1, 1], [], At.Seconds(0), step: 0));
        _hooks.OnApply = _ => { };
        _table.ApplyGradients([Bad], [1, 1, 1, 1, 1], [], At.Seconds(0), step: 0);
        Assert.That(TestTable.Read(_table, Bad), Is.EqualTo(new float[] { -1, -1, 99, 99, 99 }));
    }

    [Test]
    public void An_initializer_that_throws_creates_no_row()
    {
        var calls = 0;
        _hooks.OnInitialize = _ =>
        {
            if (++calls == 10) throw new InvalidCastException("on purpose");
        };
        Assert.That(Interrupted(Admit).Applied, Is.EqualTo(9));
        Assert.That(_table.Count, Is.EqualTo(9));
        AssertUsable();
    }

    [Test]
    public void A_state_that_throws_at_birth_creates_no_row()
    {
        var calls = 0;
        _hooks.OnInitializeState = _ =>
        {
            if (++calls == 10) throw new InvalidCastException("on purpose");
        };
        Assert.That(Interrupted(Admit).Applied, Is.EqualTo(9));
        Assert.That(_table.Count, Is.EqualTo(9));
        AssertUsable();
    }

    [Test]
    public void An_assignment_that_throws_leaves_rows_as_they_were([Values] bool exists)
    {
        if (exists) Admit();
        var before = TestTable.Read(_table, Ids);
        _hooks.OnInitializeState = weights =>
        {
            if (weights[0] == Bad) throw new InvalidCastException("on purpose");
        };
        float[] values = [.. Ids.SelectMany(id => Enumerable.Repeat((float)id, 5))];
        var applied = Interrupted(() => _table.Assign(Ids, values, At.Seconds(0))).Applied;
        var now = TestTable.Read(_table, Ids);
        var written = 0;
        for (var i = 0; i < Count; i++)
        {
            var row = Row(now, i);
            if (row.SequenceEqual(Row(values, i)) && _table.Contains(i)) written++;
            else Assert.That(row, Is.EqualTo(Row(before, i)), $"id {i}");
        }
        // The values of id 0 are those of an absent row; Contains told them apart.
        Assert.That(written, Is.EqualTo(applied));
        Assert.That(_table.Contains(Bad), Is.EqualTo(exists));
        Assert.That(_table.Count, Is.EqualTo(exists ? Count : applied));
        AssertUsable();
    }

    [Test]
    public void An_addition_that_throws_leaves_the_row_as_it_was()
    {
        Admit();
        _hooks.OnWeightsMoved = () => throw new InvalidCastException("on purpose");
        Assert.That(Interrupted(() => _table.AssignAdd([Bad], [1, 1, 1, 1, 1], At.Seconds(0))).Applied, Is.Zero);
        Assert.That(TestTable.Read(_table, Bad), Is.EqualTo(new float[] { 0, 0, 100, 100, 100 }));
        AssertUsable();
    }

    [Test]
    public void A_filter_that_throws_creates_no_row()
    {
        _hooks.OnAdmit = id =>
        {
            FailOn(Bad)(id);
            return true;
        };
        var applied = Interrupted(Admit).Applied;
        Assert.That((_table.Contains(Bad), _table.Count), Is.EqualTo((false, (long)applied)));
        AssertUsable();
    }

    [Test]
    public void A_policy_that_throws_keeps_what_was_removed_removed_and_counted()
    {
        Admit();
        _hooks.OnIsExpired = id =>
        {
            FailOn(Bad)(id);
            return true;
        };
        Assert.That(() => _table.Evict(), Throws.InstanceOf<InvalidCastException>());
        Assert.That((_table.Contains(Bad), _table.Count), Is.EqualTo((true, Count - _table.GetStatistics().Expired)));
        _hooks.OnIsExpired = _ => true;
        _table.Evict();
        Assert.That((_table.Count, _table.GetStatistics().Expired), Is.EqualTo((0L, (long)Count)));
        AssertUsable();
    }

    [Test]
    public void A_score_that_throws_ends_the_batch_before_the_chunk_that_needed_room([Values(1, 100)] int calm)
    {
        var (hooks, asked) = (new PlugIns(), 0);
        using var table = TestTable.Create(TestTable.Plain(2, 5, o => (o.MaxRows, o.AtLimit) = (64, hooks.AtLimit)));
        hooks.OnScore = row => ++asked > calm ? throw new InvalidCastException("on purpose") : row.LastUpdate.InSeconds();
        var interruption = Interrupted(() => table.Assign(TestTable.Range(0, 100), new float[500], At.Seconds(0)));
        var passes = calm / 64;
        Assert.That((interruption.Applied, interruption.Total), Is.EqualTo((64 + passes, 100)));
        hooks.OnScore = row => row.LastUpdate.InSeconds();
        Assert.That(table.Assign(TestTable.Range(0, 100), new float[500], At.Seconds(1)), Is.EqualTo(100));
        Assert.That((table.Count, table.GetStatistics().Refused), Is.EqualTo((64L, 0L)));
    }

    [Test]
    public void What_was_applied_counts_the_chunks_before()
    {
        const int Many = 100_000;
        var applied = 0;
        _hooks.OnApply = _ =>
        {
            if (applied == 80_000) throw new InvalidCastException("on purpose");
            applied++;
        };
        var interruption = Interrupted(() =>
            _table.ApplyGradients(TestTable.Range(0, Many), new float[Many * 5], [], At.Seconds(0), step: 0));
        Assert.That((interruption.Applied, interruption.Total), Is.EqualTo((80_000, Many)));
    }

    private static Action<long> FailOn(long bad) => id =>
    {
        if (id == bad) throw new InvalidCastException("on purpose");
    };

    private void Admit() => _table.LookupOrAdmit(Ids, [], new float[Count * 5], At.Seconds(0));

    private static BatchInterruptedException Interrupted(Action call)
    {
        var interruption = Assert.Throws<BatchInterruptedException>(() => call())!;
        Assert.That(interruption.InnerException, Is.InstanceOf<InvalidCastException>());
        Assert.That(interruption.Message, Does.Contain($"{interruption.Applied} of {interruption.Total}")
            .And.Contain("on purpose").And.Contain("'plain'"));
        return interruption;
    }

    private int AssertWhole(float[] before, float[] gradients)
    {
        var (now, applied) = (TestTable.Read(_table, Ids), 0);
        for (var i = 0; i < Count; i++)
        {
            var (row, old) = (Row(now, i), Row(before, i));
            float[] after = [.. old.Select((w, e) => w - gradients[5 * i + e])];
            if (row.SequenceEqual(after)) applied++;
            else Assert.That(row, Is.EqualTo(old), $"id {i}");
        }
        return applied;
    }

    private static float[] Row(float[] rows, int place) => rows.AsSpan(5 * place, 5).ToArray();

    private void AssertUsable()
    {
        (_hooks.OnApply, _hooks.OnInitialize, _hooks.OnInitializeState, _hooks.OnWeightsMoved, _hooks.OnAdmit) =
            (_ => { }, _ => { }, _ => { }, () => { }, _ => true);
        float[] values = TestTable.Values(Count, 5, 2);
        Assert.That(_table.Assign(Ids, values, At.Seconds(0)), Is.EqualTo(Count));
        Assert.That(TestTable.Read(_table, Ids), Is.EqualTo(values));
        Assert.That(_table.Count, Is.EqualTo(Count));
        var statistics = _table.GetStatistics();
        Assert.That(statistics.Created - statistics.Removed - statistics.Expired - statistics.Cleared, Is.EqualTo(Count));
        Assert.That(_table.Remove(Ids), Is.EqualTo(Count));
    }
}
