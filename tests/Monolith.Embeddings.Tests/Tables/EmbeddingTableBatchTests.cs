using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

public class EmbeddingTableBatchTests : LeakChecked
{
    [Test]
    public void A_batch_of_many_chunks_is_served_in_the_order_of_its_ids()
    {
        const int Count = 150_000;
        using var table = TestTable.Create(TestTable.Plain(stripes: 64, dimension: 1));
        var random = new Random(14);
        long[] ids = [.. Enumerable.Range(0, Count).Select(_ => (long)random.Next(60_000))];
        float[] values = [.. Enumerable.Range(0, Count).Select(i => (float)i)];
        Assert.That(table.Assign(ids, values, At.Seconds(0)), Is.EqualTo(Count));
        var expected = new Dictionary<long, float>();
        for (var i = 0; i < Count; i++) expected[ids[i]] = values[i];
        Assert.That(table.Count, Is.EqualTo(expected.Count));
        Assert.That(TestTable.Read(table, ids), Is.EqualTo(ids.Select(id => expected[id])));
        Assert.That(table.ApplyGradients(ids, values, [], At.Seconds(0)), Is.EqualTo(Count));
        for (var i = 0; i < Count; i++) expected[ids[i]] -= values[i];
        Assert.That(TestTable.Read(table, ids), Is.EqualTo(ids.Select(id => expected[id])));
        Assert.That(table.Remove(ids), Is.EqualTo(expected.Count));
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void An_empty_batch_does_nothing()
    {
        using var table = TestTable.Create(TestTable.Options());
        Assert.That(table.Lookup([], []), Is.Zero);
        Assert.That(table.LookupOrAdmit([], [], [], At.Seconds(5)), Is.Zero);
        Assert.That(table.ApplyGradients([], [], [], At.Seconds(5)), Is.Zero);
        Assert.That(table.Assign([], [], At.Seconds(5)), Is.Zero);
        Assert.That(table.AssignAdd([], [], At.Seconds(5)), Is.Zero);
        Assert.That(table.Contains([], []), Is.Zero);
        Assert.That(table.Remove([]), Is.Zero);
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void The_single_id_forms_equal_the_batched_ones()
    {
        using var table = TestTable.Create(TestTable.Plain());
        table.Assign([7], [1, 2], At.Seconds(0));
        var output = new float[2];
        Assert.That((table.Lookup(7, output), output[0], output[1]), Is.EqualTo((true, 1f, 2f)));
        Assert.That((table.Lookup(8, output), output[0], output[1]), Is.EqualTo((false, 0f, 0f)));
        Assert.That((table.Contains(7), table.Contains(8)), Is.EqualTo((true, false)));
        Assert.That((table.Remove(8), table.Remove(7), table.Remove(7)), Is.EqualTo((false, true, false)));
    }

    [Test]
    public void The_result_does_not_depend_on_the_number_of_stripes_nor_on_their_fill([Values(2, 16, 64, 1024)] int stripes)
    {
        using var one = TestTable.Create(Random(1));
        using var many = TestTable.Create(Random(stripes));
        many.Assign(TestTable.Range(1_000_000, 5000), new float[5000 * many.Dimension], At.Seconds(0));
        var random = new Random(15);
        long[] all = TestTable.Range(-500, 1000);
        for (var i = 0; i < 50; i++)
        {
            long[] ids = [.. Enumerable.Range(0, 300).Select(_ => all[random.Next(all.Length)])];
            var gradients = TestTable.Values(ids.Length, one.Dimension, i);
            Assert.That(many.ApplyGradients(ids, gradients, [], At.Seconds((uint)i)),
                Is.EqualTo(one.ApplyGradients(ids, gradients, [], At.Seconds((uint)i))));
            if (i % 10 == 5) Assert.That(many.Remove(ids.AsSpan(0, 50)), Is.EqualTo(one.Remove(ids.AsSpan(0, 50))));
        }
        Assert.That(Bits.Of(TestTable.Read(many, all)), Is.EqualTo(Bits.Of(TestTable.Read(one, all))));
    }

    private static EmbeddingTableOptions Random(int stripes) => TestTable.Options(stripes, 17,
        o => o.Segments.Add(new SegmentOptions { Name = "more", Dimension = 5, Initializer = new NormalInitializerOptions() }));
}
