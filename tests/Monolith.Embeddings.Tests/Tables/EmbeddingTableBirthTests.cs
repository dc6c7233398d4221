using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>First values depend on (seed, table name, segment name, id, element) and on nothing else.</summary>
public class EmbeddingTableBirthTests : LeakChecked
{
    private static readonly long[] Ids = [0, -1, 1, 2, long.MinValue, long.MaxValue, .. TestTable.Range(1000, 500)];

    [Test]
    public void The_same_bits_whatever_the_stripes_the_order_and_the_threads([Values(1, 4, 256)] int stripes)
    {
        var expected = Born(Options(), 1, Ids);
        Assert.That(Bits.Of(Born(Options(o => o.Stripes = stripes), 1, Ids)), Is.EqualTo(Bits.Of(expected)));
        using var table = TestTable.Create(Options(o => o.Stripes = stripes));
        Parallel.ForEach(Ids.Reverse(), id => table.LookupOrAdmit([id], [], new float[table.Dimension], At.Seconds(0)));
        Assert.That(Bits.Of(TestTable.Read(table, Ids)), Is.EqualTo(Bits.Of(expected)));
    }

    [Test]
    public void Everything_that_names_a_row_changes_its_values()
    {
        var first = Born(Options(), 1, Ids);
        AssertDiffer(first, Born(Options(), 2, Ids), "seed");
        AssertDiffer(first, Born(Options(o => o.Name = "other"), 1, Ids), "table");
        AssertDiffer(first, Born(Options(o => o.Segments[0].Name = "other"), 1, Ids), "segment");
        Assert.That(Ids.Select((_, i) => first[4 * i]).Distinct().Count(), Is.GreaterThan(Ids.Length - 3), "id");
        Assert.That(first.Take(4).Distinct().Count(), Is.EqualTo(4), "element");
    }

    [Test]
    public void The_seam_between_the_names_counts()
    {
        var first = Born(Options(o => (o.Name, o.Segments[0].Name) = ("a", "b/c")), 1, Ids);
        AssertDiffer(first, Born(Options(o => (o.Name, o.Segments[0].Name) = ("a/b", "c")), 1, Ids), "a|b/c and a/b|c");
    }

    [Test]
    public void An_id_that_comes_again_is_born_again()
    {
        using var table = TestTable.Create(TestTable.Options());
        var born = new float[table.Dimension];
        table.LookupOrAdmit([5], [], born, At.Seconds(0));
        var gradient = TestTable.Values(1, table.Dimension, 1);
        table.ApplyGradients([5], gradient, [], At.Seconds(0));
        var once = TestTable.Read(table, 5);
        table.ApplyGradients([5], gradient, [], At.Seconds(0));
        table.Remove(5);
        table.ApplyGradients([5], gradient, [], At.Seconds(0));
        Assert.That(Bits.Of(TestTable.Read(table, 5)), Is.EqualTo(Bits.Of(once)), "values and optimizer state are fresh");
        table.Remove(5);
        var again = new float[table.Dimension];
        table.LookupOrAdmit([5], [], again, At.Seconds(0));
        Assert.That(Bits.Of(again), Is.EqualTo(Bits.Of(born)));
    }

    private static EmbeddingTableOptions Options(Action<EmbeddingTableOptions>? configure = null) =>
        TestTable.Plain(4, 4, o =>
        {
            o.Segments[0].Initializer = new UniformInitializerOptions();
            configure?.Invoke(o);
        });

    private static float[] Born(EmbeddingTableOptions options, ulong seed, long[] ids)
    {
        using var table = TestTable.Create(options, seed);
        var output = new float[ids.Length * table.Dimension];
        Assert.That(table.LookupOrAdmit(ids, [], output, At.Seconds(0)), Is.EqualTo(ids.Length));
        return output;
    }

    private static void AssertDiffer(float[] left, float[] right, string what) =>
        Assert.That(left.Zip(right).Count(p => p.First == p.Second), Is.LessThan(3), what);
}
