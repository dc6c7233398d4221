using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>
/// What the random bits by which steps are rounded depend on: the step, and which of its id's gradients in the batch it is, but not the
/// places of other ids.
/// </summary>
public class StochasticRoundingTests : LeakChecked
{
    private const int Dimension = 5;

    // The last batch is more than one chunk.
    [TestCase(2, 2)]
    [TestCase(300, 300)]
    [TestCase(300, 40)]
    [TestCase(70_000, 69_000)]
    public void The_order_of_different_ids_changes_no_bit_whatever_the_stripes(int count, int kinds)
    {
        long[] ids = [.. Enumerable.Range(0, count).Select(i => (long)(i % kinds))];
        var expected = Trained(ids, stripes: 1, kinds);
        foreach (var (stripes, seed) in new[] { (1, 1), (4, 2), (64, 3) })
        {
            var shuffled = ids.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.That(Trained(shuffled, stripes, kinds).AsSpan().SequenceEqual(expected), Is.True, $"{stripes} stripes, order {seed}");
        }
    }

    // Steps of half a unit in the last place, each rounded by its random bits alone; the second batch has its only step at the id's second
    // place.
    [Test]
    public void The_gradients_of_a_repeated_id_are_rounded_by_bits_of_their_own([Values(1, 70_000)] int apart)
    {
        const int Dimension = 64;
        using var table = TestTable.Create(Options(1, Dimension));
        table.Assign([5], [.. Enumerable.Repeat(1f, Dimension)], At.Seconds(1));
        long[] ids = [5, .. TestTable.Range(100, apart - 1), 5];
        var gradients = new float[ids.Length * Dimension];
        gradients.AsSpan(0, Dimension).Fill(-1f / 256);
        table.ApplyGradients(ids, gradients, [], At.Seconds(1), step: 0, AbsentIds.Drop);
        var first = TestTable.Read(table, 5);
        Assert.That(first.Distinct(), Is.EquivalentTo(new[] { 1f, 1 + 1f / 128 }));
        table.Assign([5], [.. Enumerable.Repeat(1f, Dimension)], At.Seconds(1));
        gradients.AsSpan(0, Dimension).Clear();
        gradients.AsSpan(^Dimension..).Fill(-1f / 256);
        table.ApplyGradients(ids, gradients, [], At.Seconds(1), step: 0, AbsentIds.Drop);
        Assert.That(TestTable.Read(table, 5), Is.Not.EqualTo(first));
    }

    [Test]
    public void Rounding_needs_to_know_the_step([Values] bool weights)
    {
        using var table = TestTable.Create(
            weights ? Options(4, Dimension) : TestTable.Options(configure: o => o.Segments[1].StatePrecision = RowPrecision.BFloat16));
        var gradient = new float[table.Dimension];
        Assert.That(() => table.ApplyGradients([1], gradient, [], At.Seconds(1)),
            Throws.InvalidOperationException.With.Message.Contains("step").And.Message.Contains("'" + table.Name + "'"));
        Assert.That(table.Count, Is.Zero);
        Assert.That(table.ApplyGradients([1], gradient, [], At.Seconds(1), step: 0), Is.EqualTo(1));
    }

    // 500 steps of 0.001 from 1: 0.5 is left, with a standard deviation of at most 1/512 sqrt(500) = 0.04 a weight, and of 0.006 for the
    // mean of 64.
    [Test]
    public void Calls_of_steps_that_go_up_move_a_weight_as_far_as_they_should()
    {
        const int Dimension = 64;
        using var table = TestTable.Create(Options(4, Dimension));
        table.Assign([1], [.. Enumerable.Repeat(1f, Dimension)], At.Seconds(1));
        float[] gradient = [.. Enumerable.Repeat(0.001f, Dimension)];
        for (var step = 0; step < 500; step++) table.ApplyGradients([1], gradient, [], At.Seconds(1), step);
        Assert.That(TestTable.Read(table, 1).Average(), Is.EqualTo(0.5).Within(0.03));
    }

    /// <summary>The bits of all rows after two steps; the n-th gradient of an id is the same in any order.</summary>
    private static uint[] Trained(long[] ids, int stripes, int kinds)
    {
        using var table = TestTable.Create(Options(stripes, Dimension));
        var met = new int[kinds];
        var gradients = new float[ids.Length * Dimension];
        for (var i = 0; i < ids.Length; i++)
        {
            var occurrence = met[ids[i]]++;
            for (var j = 0; j < Dimension; j++) gradients[i * Dimension + j] = MathF.Sin(7 * ids[i] + 3 * occurrence + j);
        }
        for (var step = 0; step < 2; step++) table.ApplyGradients(ids, gradients, [], At.Seconds(1), step);
        return Bits.Of(TestTable.Read(table, TestTable.Range(0, kinds)));
    }

    private static EmbeddingTableOptions Options(int stripes, int dimension) =>
        TestTable.Plain(stripes, dimension, o => o.Segments[0].Precision = RowPrecision.BFloat16);
}
