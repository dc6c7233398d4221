using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Optimizers;

public class GradientClippingTests : LeakChecked
{
    [Test]
    public void Values_are_cut_and_norms_scaled_and_values_come_first()
    {
        Assert.That(Clipped(new() { Value = 2 }, 1, -3, 2, 5), Is.EqualTo(new[] { 1f, -2, 2, 2 }));
        Assert.That(Clipped(new() { Norm = 1 }, 3, -4), Is.EqualTo(new[] { 0.6f, -0.8f }).Within(1e-7));
        Assert.That(Clipped(new() { Norm = 1, Value = 4 }, 3, -400), Is.EqualTo(new[] { 0.6f, -0.8f }).Within(1e-7));
        Assert.That(Bits.Of(Clipped(new() { Norm = 5, Value = 4 }, 3, -4)), Is.EqualTo(Bits.Of([3, -4])), "within the limits");
    }

    [Test]
    public void A_huge_gradient_comes_out_finite_and_in_its_direction(
        [Values(1e30f, float.MaxValue, 1e-30f)] float scale, [Values(1, 2, 7, 16, 33, 4096, 5000)] int dimension,
        [Values(1e-35f, 1e-3f, 1f)] float limit)
    {
        float[] gradient = [.. Enumerable.Range(0, dimension).Select(i => (i % 2 == 0 ? 1 : -1) * scale * ((1 + i % 3) / 3f))];
        var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        var clipped = Clipped(new() { Norm = limit }, gradient);
        for (var i = 0; i < dimension; i++)
        {
            // Rounded to a float once, with a step of 1.4e-45 among the smallest.
            var expected = gradient[i] * Math.Min(1, limit / norm);
            Assert.That((double)clipped[i], Is.EqualTo(expected).Within(Math.Max(1e-7 * Math.Abs(expected), 1.4e-45)), $"element {i}");
        }
    }

    [Test]
    public void A_block_equals_its_rows_one_by_one([Values(1, 16, 300, 4096)] int dimension)
    {
        const int Rows = 16;
        var options = new AdagradOptions { Clipping = new() { Norm = 1, Value = 0.4f } };
        var (one, random) = (options.Build(), new Random(dimension));
        float[] gradients =
            [.. Enumerable.Range(0, Rows * dimension).Select(i => (i / dimension % 3 == 0 ? 1e-3f : 2) * (random.NextSingle() - 0.5f))];
        var given = Bits.Of(gradients);
        using var table = TestTable.Create(Table(options, dimension));
        var ids = TestTable.Range(1, Rows);
        table.Assign(ids, new float[Rows * dimension], eventTime: At.Seconds(0));
        table.ApplyGradients(ids, gradients, [], eventTime: At.Seconds(0));
        for (var row = 0; row < Rows; row++)
        {
            var expected = new OptimizerSteps(one, new float[dimension]).Step(gradients.AsSpan(row * dimension, dimension).ToArray());
            Assert.That(Bits.Of(TestTable.Read(table, row + 1)), Is.EqualTo(Bits.Of(expected.Weights)), $"row {row}");
        }
        Assert.That(Bits.Of(gradients), Is.EqualTo(given), "the caller's gradients");
    }

    private static readonly OptimizerOptions[] Rules =
        [new FtrlOptions(), new AdamOptions(), new GroupFtrlOptions(), new RowWiseAdagradOptions(), new AdagradOptions()];

    [TestCaseSource(nameof(Rules))]
    public void A_huge_gradient_poisons_no_state(OptimizerOptions options)
    {
        Assert.That(IsSpoilt(applied: 0), Is.False, "without clipping it is refused");
        options.Clipping = new() { Norm = 1 };
        Assert.That(IsSpoilt(applied: 1), Is.False, "by norm");
        options.Clipping = new() { Value = 1 };
        Assert.That(IsSpoilt(applied: 1), Is.False, "by value");

        // Spoilt: not finite, or deaf to what follows.
        bool IsSpoilt(int applied)
        {
            using var table = TestTable.Create(Table(options, 4));
            Assert.That(table.ApplyGradients([1], [1e30f, -1e30f, 1e30f, 1], [], eventTime: At.Seconds(0)), Is.EqualTo(applied));
            var before = TestTable.Read(table, 1);
            for (var i = 0; i < 5; i++) table.ApplyGradients([1], [1, 1, 1, 1], [], eventTime: At.Seconds(0));
            var after = TestTable.Read(table, 1);
            return !FiniteCheck.AllFinite(after) || before[0] == after[0];
        }
    }

    [Test]
    public void Clipping_allocates_nothing_a_batch()
    {
        var ids = TestTable.Range(0, 256);
        var gradients = TestTable.Values(256, 8, 1);
        using var table = TestTable.Create(Table(new AdagradOptions { Clipping = new() { Norm = 0.1f } }, 8));
        for (var i = 0; i < 20; i++) table.ApplyGradients(ids, gradients, [], At.Seconds(0));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) table.ApplyGradients(ids, gradients, [], At.Seconds(0));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Bad_limits_are_listed() => Assert.That(
        OptionFailures.PathsOf(() => new SgdOptions { Clipping = new() { Value = 0, Norm = float.NaN } }.Create()),
        Is.EqualTo(new[] { "Clipping.Value", "Clipping.Norm" }));

    [Test]
    public void Rules_that_read_no_gradient_refuse_it()
    {
        Assert.That(OptionFailures.PathsOf(() => new IdIntervalOptions { Clipping = new() { Value = 1 } }.Create()),
            Is.EqualTo(new[] { "Clipping" }));
        Assert.That(OptionFailures.PathsOf(() => new MovingAverageOptions { Clipping = new() { Value = 1 } }.Create()),
            Is.EqualTo(new[] { "Clipping" }));
        Assert.That(OptionFailures.PathsOf(() => new SgdOptions { Clipping = new() }.Create()), Is.EqualTo(new[] { "Clipping.Value" }));
    }

    // w = 0 - clipped.
    private static float[] Clipped(GradientClipping clipping, params float[] gradient)
    {
        var steps = new OptimizerSteps(new SgdOptions { LearningRate = 1, Clipping = clipping }.Build(), new float[gradient.Length])
            .Step(gradient);
        return [.. steps.Weights.Select(w => -w)];
    }

    private static EmbeddingTableOptions Table(OptimizerOptions optimizer, int dimension)
    {
        var options = new EmbeddingTableOptions { Name = "clipped" };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = dimension, Optimizer = optimizer });
        return options;
    }
}
