using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Tests.Kernels.Reductions;

public sealed class ReductionTests
{
    [Test]
    public void Sums_have_the_bits_of_16_virtual_lanes_at_every_length()
    {
        for (var length = 0; length <= 130; length++)
        {
            var (x, y) = (Values(length, 1), Values(length, 2));
            var (sums, products) = (new float[16], new float[16]);
            for (var i = 0; i < length; i++)
            {
                sums[i % 16] += x[i];
                products[i % 16] = MathF.FusedMultiplyAdd(x[i], y[i], products[i % 16]);
            }
            Assert.That(Reduction.Sum(x), Is.EqualTo(Tree(sums)), $"sum of {length}");
            Assert.That(Reduction.Dot(x, y), Is.EqualTo(Tree(products)), $"dot of {length}");
        }
    }

    [Test]
    public void Every_width_of_lanes_gives_the_same_bits()
    {
        var (x, y) = (Values(77, 3), Values(77, 4));
        Assert.That(Run<Lane128>(), Is.EqualTo(Run<ScalarLane>()));
        Assert.That(Run<Lane256>(), Is.EqualTo(Run<ScalarLane>()));
        Assert.That(Run<Lane512>(), Is.EqualTo(Run<ScalarLane>()));

        float Run<TLane>()
            where TLane : unmanaged, ILane<TLane>
        {
            var lanes = default(VirtualLanes);
            Reduction.Dot<ScalarLane>(x, y, ref lanes, Reduction.Dot<TLane>(x, y, ref lanes, 0));
            return lanes.Total();
        }
    }

    [Test]
    public void The_pairwise_term_is_the_sum_of_all_dot_products_and_its_gradient_the_rest_of_the_sum(
        [Values(0, 1, 2, 5, 26)] int fields, [Values(1, 3, 4, 8, 12, 16, 21, 33, 64)] int dimension)
    {
        var vectors = Values(fields * dimension, fields + dimension);
        var memory = Enumerable.Repeat(7f, dimension + 32).ToArray();
        var term = FieldInteraction.Forward(vectors, memory.AsSpan(16, dimension));
        var expected = 0.0;
        for (var i = 0; i < fields; i++)
        {
            for (var j = i + 1; j < fields; j++)
            {
                for (var f = 0; f < dimension; f++) expected += (double)vectors[i * dimension + f] * vectors[j * dimension + f];
            }
        }
        Assert.That(term, Is.EqualTo(expected).Within(1e-6 * (fields * dimension + 1)));
        Assert.That(memory[..16].Concat(memory[^16..]), Is.All.EqualTo(7f));

        var gradient = Enumerable.Repeat(7f, vectors.Length + 32).ToArray();
        FieldInteraction.Backward(vectors, memory.AsSpan(16, dimension), -2.5f, gradient.AsSpan(16, vectors.Length));
        for (var i = 0; i < vectors.Length; i++)
            Assert.That(gradient[16 + i], Is.EqualTo(-2.5f * (memory[16 + i % dimension] - vectors[i])));
        Assert.That(gradient[..16].Concat(gradient[^16..]), Is.All.EqualTo(7f));
    }

    [Test]
    public void The_pairwise_term_has_the_same_bits_at_every_width()
    {
        var vectors = Values(5 * 48, 9);
        Assert.That(Run<Lane128>(), Is.EqualTo(Run<ScalarLane>()));
        Assert.That(Run<Lane256>(), Is.EqualTo(Run<ScalarLane>()));
        Assert.That(Run<Lane512>(), Is.EqualTo(Run<ScalarLane>()));

        float Run<TLane>()
            where TLane : unmanaged, ILane<TLane>
        {
            var lanes = default(VirtualLanes);
            FieldInteraction.Forward<TLane>(vectors, new float[48], ref lanes, 0);
            return lanes.Total();
        }
    }

    [Test]
    public void Rectifying_keeps_NaN_and_its_way_back_masks()
    {
        for (var length = 0; length <= 70; length++)
        {
            var values = Values(length, length);
            if (length > 5) values[length / 2] = float.NaN;
            var memory = Enumerable.Repeat(-3f, length + 32).ToArray();
            values.CopyTo(memory, 16);
            DenseRows.Rectify(memory.AsSpan(16, length));
            Assert.That(memory[16..(16 + length)], Is.EqualTo(values.Select(v => v <= 0 ? 0 : v)));
            var gradient = Enumerable.Repeat(-3f, length + 32).ToArray();
            DenseRows.RectifyBackward(memory.AsSpan(16, length), gradient.AsSpan(16, length));
            Assert.That(gradient[16..(16 + length)], Is.EqualTo(values.Select(v => v <= 0 ? 0f : -3f)));
            Assert.That(memory[..16].Concat(memory[^16..]).Concat(gradient[..16]).Concat(gradient[^16..]), Is.All.EqualTo(-3f));
        }
    }

    [Test]
    public void Column_sums_add_row_after_row()
    {
        for (var columns = 0; columns <= 40; columns++)
        {
            var rows = Values(7 * columns, columns);
            var memory = Enumerable.Repeat(1f, columns + 16).ToArray();
            DenseRows.AddColumnSums(new ReadOnlyMatrix(rows, 7, columns), memory.AsSpan(0, columns));
            for (var j = 0; j < columns; j++)
            {
                var expected = 1f;
                for (var i = 0; i < 7; i++) expected += rows[i * columns + j];
                Assert.That(memory[j], Is.EqualTo(expected));
            }
            Assert.That(memory[columns..], Is.All.EqualTo(1f));
        }
    }

    private static float Tree(float[] lanes)
    {
        for (var half = 8; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) lanes[i] += lanes[i + half];
        }
        return lanes[0];
    }

    private static float[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
