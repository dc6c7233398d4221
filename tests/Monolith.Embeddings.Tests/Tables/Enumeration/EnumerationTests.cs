using System.Runtime.CompilerServices;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

public class EnumerationTests : LeakChecked
{
    private const int Count = 3000;

    private EmbeddingTable _table = null!;

    [SetUp]
    public void Fill()
    {
        _table = TestTable.Create(TestTable.Plain(8, 2));
        for (var id = 0; id < Count; id++) _table.Assign([id], [id, -id], At.Seconds((uint)id));
    }

    [TearDown]
    public void Free() => _table.Dispose();

    [Test]
    public void Foreach_goes_through_all_rows_with_their_weights_and_times([Values(1, 7, 256, EmbeddingTable.MaxChunkRows)] int chunkRows)
    {
        var met = new HashSet<long>();
        foreach (var chunk in _table.EnumerateRows(chunkRows))
        {
            Assert.That(chunk.Count, Is.InRange(1, chunkRows));
            for (var i = 0; i < chunk.Count; i++)
            {
                var id = chunk.Ids[i];
                Assert.That(
                    (chunk.Weights[2 * i], chunk.Weights[2 * i + 1], chunk.LastUpdatesMilliseconds[i]),
                    Is.EqualTo(((float)id, (float)-id, 1000L * id)));
                Assert.That(met.Add(id), Is.True);
            }
        }
        Assert.That(met, Has.Count.EqualTo(Count));
    }

    [Test]
    public void An_empty_table_has_no_chunk()
    {
        _table.Clear();
        using var rows = _table.EnumerateRows();
        Assert.That((rows.MoveNext(), rows.Current.Count), Is.EqualTo((false, 0)));
    }

    [TestCase(0)]
    [TestCase(EmbeddingTable.MaxChunkRows + 1)]
    public void A_chunk_of_no_rows_or_too_many_is_refused(int chunkRows) =>
        Assert.That(
            () => _table.EnumerateRows(chunkRows), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"{chunkRows}"));

    [Test]
    public void A_disposed_table_ends_an_enumeration_by_an_exception()
    {
        using var rows = _table.EnumerateRows(10);
        rows.MoveNext();
        _table.Dispose();
        Assert.That(rows.Current.Count, Is.EqualTo(10), "what was copied stays");
        Assert.That(() => rows.MoveNext(), Throws.InstanceOf<ObjectDisposedException>().With.Message.Contains("'plain'"));
        Assert.That(() => _table.EnumerateRows(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void An_enumeration_that_was_ended_stays_so_and_costs_its_stripe_nothing()
    {
        var rows = _table.EnumerateRows(10);
        rows.MoveNext();
        rows.Dispose();
        Assert.That((rows.MoveNext(), rows.Current.Count), Is.EqualTo((false, 0)));
        Assert.That(_table.Remove(TestTable.Range(0, Count)), Is.EqualTo(Count));
    }

    [Test]
    public void Only_the_start_allocates()
    {
        var met = Enumerate();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var rows = _table.EnumerateRows();
        var atStart = GC.GetAllocatedBytesForCurrentThread();
        while (rows.MoveNext()) met += rows.Current.Count;
        Assert.That((met, atStart - before > 0, GC.GetAllocatedBytesForCurrentThread() - atStart), Is.EqualTo((2 * Count, true, 0L)));
    }

    [Test]
    public void A_forgotten_enumeration_is_let_go()
    {
        var cursor = Forget(_table);
        Memory.MemoryAccountTests.Collect(() => Gone(cursor));
        Assert.That(Gone(cursor), Is.True);

        // A removal is when the stripe looks.
        bool Gone(WeakReference reference)
        {
            _table.Remove(TestTable.Range(0, Count));
            _table.Assign(TestTable.Range(0, Count), new float[2 * Count], At.Seconds(0));
            return !reference.IsAlive;
        }
    }

    private int Enumerate()
    {
        var met = 0;
        foreach (var chunk in _table.EnumerateRows()) met += chunk.Count;
        return met;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget(EmbeddingTable table)
    {
        var rows = table.EnumerateRows(10);
        rows.MoveNext();
        return new WeakReference(rows.Cursor);
    }
}
