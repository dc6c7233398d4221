using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

public class EmbeddingTableAllocationTests : LeakChecked
{
    [Test]
    public void A_batch_allocates_nothing_in_steady_state([Values] RowPrecision precision, [Values] bool isQuantized)
    {
        using var table = TestTable.Create(TestTable.Options(64, 16, o =>
        {
            o.Admission = new MinOccurrencesOptions(1);
            (o.Segments[1].Precision, o.Segments[1].FakeQuantization) = (precision, isQuantized ? new RowCodecOptions() : null);
        }));
        long[] ids = [.. TestTable.Range(0, 4096)];
        int[] counts = [.. ids.Select(_ => 1)];
        var floats = new float[ids.Length * table.Dimension];
        var found = new bool[ids.Length];
        table.ApplyGradients(ids, floats, counts, At.Seconds(0), step: 0);
        // Twice: the first round may make what a thread keeps.
        var allocated = 0L;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                table.Lookup(ids, floats);
                table.LookupOrAdmit(ids, counts, floats, At.Seconds((uint)i));
                table.ApplyGradients(ids, floats, counts, At.Seconds((uint)i), step: i);
                table.Assign(ids, floats, At.Seconds((uint)i));
                table.AssignAdd(ids, floats, At.Seconds((uint)i));
                table.Contains(ids, found);
                table.Lookup(5, floats.AsSpan(0, table.Dimension));
                table.Evict();
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Asking_a_policy_about_weights_allocates_nothing([Values] RowPrecision precision)
    {
        using var table = TestTable.Create(
            TestTable.Plain(4, 16, o => (o.Expiry, o.Segments[0].Precision) = (new LowNormOptions(1), precision)));
        long[] ids = TestTable.Range(0, 512);
        var floats = new float[ids.Length * table.Dimension];
        Array.Fill(floats, 1);
        table.Assign(ids, floats, At.Seconds(0));
        // As long as the pass is under way, each lookup asks.
        table.BeginPass();
        table.Lookup(ids, floats);
        var (before, found) = (GC.GetAllocatedBytesForCurrentThread(), 0);
        for (var i = 0; i < 20; i++) found += table.Lookup(ids, floats);
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before, found), Is.EqualTo((0L, 20 * ids.Length)));
    }

    [Test]
    public void A_plug_in_s_batch_allocates_nothing_either()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Segments[0].Optimizer = new PlugIns().Optimizer));
        long[] ids = [.. TestTable.Range(0, 512)];
        var floats = new float[ids.Length * table.Dimension];
        table.ApplyGradients(ids, floats, [], At.Seconds(0));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) table.ApplyGradients(ids, floats, [], At.Seconds(0));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
