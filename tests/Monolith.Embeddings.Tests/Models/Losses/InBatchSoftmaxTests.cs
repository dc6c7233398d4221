using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Models.Losses;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models.Losses;

public class InBatchSoftmaxTests
{
    [Test]
    public void It_is_what_plain_loops_give(
        [Values(1, 2, 7, 64, 65, 150)] int rows, [Values] SoftmaxCorrection correction, [Values] bool masks,
        [Values(0.2f, 1)] float temperature)
    {
        var options = new SoftmaxOptions { Correction = correction, MaskRepeats = masks, Temperature = temperature };
        foreach (var (dimension, items) in new[] { (1, 5), (8, 30), (19, 1000) })
        {
            var batch = new InBatchOracle(rows, dimension, seed: rows + dimension, items);
            var (losses, users, itemGradients) = batch.Compute(options);
            var expected = batch.Expected(options);
            Assert.That(losses, Is.EqualTo(expected.Losses).Within(2e-5));
            Assert.That(users, Is.EqualTo(expected.Users).Within(1e-4));
            Assert.That(itemGradients, Is.EqualTo(expected.Items).Within(2e-4));
        }
    }

    [Test]
    public void Gradients_are_differences_of_the_loss([Values] SoftmaxCorrection correction, [Values] bool masks)
    {
        var options = new SoftmaxOptions { Correction = correction, MaskRepeats = masks, Temperature = 0.5f };
        var batch = new InBatchOracle(rows: 9, dimension: 3, seed: 1, items: 6);
        var (_, users, items) = batch.Compute(options);
        AreDifferences(batch.Users, users);
        AreDifferences(batch.Items, items);

        void AreDifferences(float[] vectors, float[] gradient)
        {
            for (var i = 0; i < vectors.Length; i++)
            {
                var (before, step) = (vectors[i], 1f / 256);
                vectors[i] = before + step;
                var above = batch.Loss(options);
                vectors[i] = before - step;
                var below = batch.Loss(options);
                vectors[i] = before;
                Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(2e-4));
            }
        }
    }

    [Test]
    public void Tiny_batches_have_the_losses_of_a_pocket_calculator()
    {
        var examples = new InBatchExamples { Users = [1, 2], Items = [1, -1], Dimension = 1, ItemIds = [7, 8] };
        var (losses, users, items) = (new float[2], new float[2], new float[2]);
        Assert.That(new InBatchSoftmax().Compute(in examples, losses, users, items), Is.EqualTo(2));
        // ln(1 + e^-2), ln(1 + e^4).
        Assert.That(losses, Is.EqualTo(new[] { 0.1269280, 4.0181499 }).Within(1e-6));
        // Of the first user -2 / (1 + e^2), of the second 2 / (1 + e^-4).
        Assert.That(users, Is.EqualTo(new[] { -0.2384058, 1.9640276 }).Within(1e-6));
        Assert.That(items, Is.EqualTo(new[] { -0.1192029 + 1.9640276, 0.1192029 - 1.9640276 }).Within(1e-6));
        float[] logQ = [MathF.Log(0.25f), MathF.Log(0.75f)];
        var corrected = new InBatchExamples { Users = [1, 2], Items = [1, -1], Dimension = 1, ItemIds = [7, 8], LogQ = logQ };
        new InBatchSoftmax(new() { MaskRepeats = false }).Compute(in corrected, losses, users, items);
        // ln(1 + e^-2 / 3), ln(1 + 3 e^4).
        Assert.That(losses, Is.EqualTo(new[] { 0.0441235, 5.1046989 }).Within(1e-6));
        new InBatchSoftmax(new() { Correction = SoftmaxCorrection.NegativesOnly }).Compute(in corrected, losses, users, items);
        // ln(1 + e^-2 / 0.75), ln(1 + e^4 / 0.25): a draw gives the other with its Q.
        Assert.That(losses, Is.EqualTo(new[] { 0.1658932, 5.3908628 }).Within(1e-6));
    }

    [Test]
    public void All_items_once_with_equal_Q_are_the_full_softmax([Values] SoftmaxCorrection correction)
    {
        // Each row has another item, and the items of the batch are all there are.
        var batch = new InBatchOracle(rows: 40, dimension: 5, seed: 2, items: 1_000_000) { Weights = [] };
        Assert.That(batch.ItemIds, Is.Unique);
        batch.LogQ = [];
        var full = batch.Expected(new());
        // One draw in 39 gives each of the others.
        batch.LogQ = [.. Enumerable.Repeat(-MathF.Log(39), 40)];
        var (losses, users, _) = batch.Compute(new() { Correction = correction, MaskRepeats = false });
        Assert.That(losses, Is.EqualTo(full.Losses).Within(1e-5));
        Assert.That(users, Is.EqualTo(full.Users).Within(1e-5));
    }

    // What the option promises: the loss over the negatives alone, weighted by a constant.
    [Test]
    public void With_negatives_corrected_alone_the_gradient_is_weighted_by_one_less_the_probability_of_the_positive()
    {
        var options = new SoftmaxOptions { Correction = SoftmaxCorrection.NegativesOnly, MaskRepeats = false };
        var batch = new InBatchOracle(rows: 12, dimension: 4, seed: 3, items: 1_000_000) { Weights = [] };
        var (losses, users, _) = batch.Compute(options);
        for (var i = 0; i < batch.Rows; i++)
        {
            var logits = Enumerable.Range(0, batch.Rows).Select(j => j == i ? double.NegativeInfinity
                : Dot(batch, i, j) - batch.LogQ[j] - Math.Log(batch.Rows - 1)).ToArray();
            var total = logits.Sum(Math.Exp);
            var positive = Math.Exp(Dot(batch, i, i));
            var weight = 1 - positive / (positive + total);
            Assert.That(losses[i], Is.EqualTo(-Math.Log(1 - weight)).Within(1e-5));
            for (var d = 0; d < batch.Dimension; d++)
            {
                var slope = Enumerable.Range(0, batch.Rows).Sum(j => Math.Exp(logits[j]) / total * batch.Items[j * batch.Dimension + d]);
                Assert.That(users[i * batch.Dimension + d],
                    Is.EqualTo(weight * (slope - batch.Items[i * batch.Dimension + d])).Within(1e-5));
            }
        }
    }

    [Test]
    public void Its_bits_are_those_of_scalar_loops_over_the_whole_batch([Values(3, 64, 131)] int rows)
    {
        var (batch, options) = (new InBatchOracle(rows, 24, seed: 4, items: 50), new SoftmaxOptions { Temperature = 0.1f });
        var (losses, users, items) = batch.Compute(options);
        var (logits, transposed) = (new float[rows * rows], new float[rows * 24]);
        Transposition.Copy(new ReadOnlyMatrix(batch.Items, rows, 24), transposed);
        MatrixProduct.MultiplyScalar(new(batch.Users, rows, 24), new(transposed, 24, rows), new Matrix(logits, rows, rows), false);
        var kinds = new BatchItems();
        kinds.Begin(batch.ItemIds, batch.LogQ, options);
        for (var i = 0; i < rows; i++)
        {
            kinds.ToLogits(logits.AsSpan(i * rows, rows), i);
            Assert.That(Bits.Of([SoftmaxRow.ToGradient(logits.AsSpan(i * rows, rows), i, batch.Weights[i] / 0.1f)]),
                Is.EqualTo(Bits.Of([losses[i]])));
        }
        var (expectedUsers, expectedItems) = (new float[users.Length], new float[items.Length]);
        var slopes = new ReadOnlyMatrix(logits, rows, rows);
        MatrixProduct.MultiplyScalar(slopes, new(batch.Items, rows, 24), new Matrix(expectedUsers, rows, 24), false);
        MatrixProduct.MultiplyScalar(slopes.Transposed, new(batch.Users, rows, 24), new Matrix(expectedItems, rows, 24), false);
        Assert.That(Bits.Of(users), Is.EqualTo(Bits.Of(expectedUsers)));
        Assert.That(Bits.Of(items), Is.EqualTo(Bits.Of(expectedItems)));
    }

    [Test]
    public void Scores_of_any_finite_size_keep_their_digits()
    {
        var examples = new InBatchExamples { Users = [1, 1], Items = [400, -400], Dimension = 1, ItemIds = [1, 2] };
        var (losses, users, items) = (new float[2], new float[2], new float[2]);
        new InBatchSoftmax().Compute(in examples, losses, users, items);
        Assert.That(losses, Is.EqualTo(new float[] { 0, 800 }));
        var near = new InBatchExamples { Users = [1, 1], Items = [20, -20], Dimension = 1, ItemIds = [1, 2] };
        new InBatchSoftmax().Compute(in near, losses, users, items);
        Assert.That(losses[0], Is.EqualTo(Math.Exp(-40)).Within(1e-4).Percent);
        Assert.That(users[0], Is.EqualTo(-40 * Math.Exp(-40)).Within(1e-4).Percent);
    }

    [Test]
    public void A_row_whose_scores_overflow_is_left_out_alone()
    {
        var examples = new InBatchExamples
        {
            Users = [1e30f, 1, 2],
            Items = [1e10f, 1, -1],
            Dimension = 1,
            ItemIds = [1, 2, 3],
            Weights = [1, 1, 1e12f],
        };
        var (losses, users, items) = (new float[3], new float[3], new float[3]);
        Assert.That(new InBatchSoftmax().Compute(in examples, losses, users, items), Is.EqualTo(1));
        Assert.That(losses, Is.EqualTo(new[] { float.NaN, 1e10f - 1, float.NaN }));
        Assert.That(users, Is.EqualTo(new[] { 0, 1e10f - 1, 0 }));
        Assert.That(items, Is.EqualTo(new float[] { 1, -1, 0 }));
    }

    [Test]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        var results = new float[6];
        string[] problems =
        [
            Problem(new() { Users = [1, 2], Items = [1], Dimension = 1, ItemIds = [1, 2] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 0, ItemIds = [1, 2] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 1, ItemIds = [1] }),
            Problem(new() { Users = [1, 2], Items = [1, float.NaN], Dimension = 1, ItemIds = [1, 2] }),
            Problem(new() { Users = [float.PositiveInfinity, 2], Items = [1, 2], Dimension = 1, ItemIds = [1, 2] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 1, ItemIds = [1, 2], LogQ = [0] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 1, ItemIds = [1, 2], LogQ = [0, 0.5f] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 1, ItemIds = [1, 2], LogQ = [0, float.NegativeInfinity] }),
            Problem(new() { Users = [1, 2], Items = [1, 2], Dimension = 1, ItemIds = [1, 2], Weights = [1, -1] }),
            Problem(new() { Users = results.AsSpan(0, 2), Items = [1, 2], Dimension = 1, ItemIds = [1, 2] }),
        ];
        Assert.That(problems, Is.Unique);
        Assert.That(results, Is.All.Zero);

        string Problem(InBatchExamples examples)
        {
            try
            {
                new InBatchSoftmax().Compute(in examples, results.AsSpan(4, 2), results.AsSpan(0, 2), results.AsSpan(2, 2));
            }
            catch (ArgumentException problem)
            {
                return problem.Message;
            }
            throw new AssertionException("It was taken.");
        }
    }

    [Test]
    public void Options_that_cannot_be_used_are_refused() => Assert.That(
        OptionFailures.Of(() => _ = new InBatchSoftmax(new() { Temperature = float.NaN, Correction = (SoftmaxCorrection)2 })),
        Has.Exactly(2).Items);

    [Test]
    public void Nothing_is_allocated_once_the_largest_batch_was_seen()
    {
        var (softmax, large, small) = (new InBatchSoftmax(), new InBatchOracle(100, 16, 1, 40), new InBatchOracle(30, 16, 2, 40));
        var (losses, users, items) = (new float[100], new float[1600], new float[1600]);
        softmax.Compute(large.Examples, losses, users, items);
        var before = GC.GetAllocatedBytesForCurrentThread();
        softmax.Compute(small.Examples, losses.AsSpan(0, 30), users.AsSpan(0, 480), items.AsSpan(0, 480));
        softmax.Compute(large.Examples, losses, users, items);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(losses, Is.EqualTo(large.Compute(new()).Losses));
    }

    private static double Dot(InBatchOracle batch, int i, int j) =>
        Enumerable.Range(0, batch.Dimension).Sum(d => (double)batch.Users[i * batch.Dimension + d] * batch.Items[j * batch.Dimension + d]);
}
