using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>
/// Pools the vectors of a bag, and hands the gradient of the result back to them; the formulas stand at <see cref="Pooling"/>.
/// </summary>
internal static class BagPooling
{
    /// <param name="pooling">How.</param>
    /// <param name="bag">The ids.</param>
    /// <param name="rows">The unique rows of their table.</param>
    /// <param name="output">Receives the result, [dimension], or [n dimension] for <see cref="Pooling.FirstN"/>.</param>
    public static void Forward(Pooling pooling, in Bag bag, ReadOnlySpan<float> rows, Span<float> output)
    {
        output.Clear();
        if (bag.Count == 0) return;
        if (pooling == Pooling.FirstN) ForwardFirstN(in bag, rows, output);
        else if (pooling == Pooling.Max) ForwardMax(in bag, rows, output);
        else
        {
            var scale = Scale(pooling, in bag);
            for (var i = 0; i < bag.Count; i++) VectorSum.AddScaled(output, bag.Vector(rows, i), scale * bag.Weight(i));
        }
    }

    /// <param name="pooling">How.</param>
    /// <param name="bag">The ids.</param>
    /// <param name="rows">The unique rows of their table.</param>
    /// <param name="gradient">The gradient of the result, of its shape.</param>
    /// <param name="rowGradients">The gradients of the unique rows; added to.</param>
    public static void Backward(
        Pooling pooling, in Bag bag, ReadOnlySpan<float> rows, ReadOnlySpan<float> gradient, Span<float> rowGradients)
    {
        if (bag.Count == 0) return;
        if (pooling == Pooling.FirstN)
        {
            for (var i = 0; i < bag.Count; i++)
                VectorSum.AddScaled(bag.Vector(rowGradients, i), gradient.Slice(i * bag.Dimension, bag.Dimension), bag.Weight(i));
        }
        else if (pooling == Pooling.Max) BackwardMax(in bag, rows, gradient, rowGradients);
        else
        {
            var scale = Scale(pooling, in bag);
            for (var i = 0; i < bag.Count; i++)
            {
                var factor = scale * bag.Weight(i);
                // Such an example has no finite input, and so no gradient: 0 times an infinity would take those of the others with it.
                if (float.IsFinite(factor)) VectorSum.AddScaled(bag.Vector(rowGradients, i), gradient, factor);
            }
        }
    }

    private static float Scale(Pooling pooling, in Bag bag)
    {
        if (pooling == Pooling.Sum) return 1;
        var divisor = pooling == Pooling.Mean ? bag.WeightSum() : bag.WeightNorm();
        return divisor == 0 ? 0 : 1 / divisor;
    }

    private static void ForwardFirstN(in Bag bag, ReadOnlySpan<float> rows, Span<float> output)
    {
        for (var i = 0; i < bag.Count; i++)
            VectorSum.AddScaled(output.Slice(i * bag.Dimension, bag.Dimension), bag.Vector(rows, i), bag.Weight(i));
    }

    private static void ForwardMax(in Bag bag, ReadOnlySpan<float> rows, Span<float> output)
    {
        for (var element = 0; element < output.Length; element++)
        {
            var largest = Largest(in bag, rows, element);
            output[element] = bag.Weight(largest) * bag.Vector(rows, largest)[element];
        }
    }

    private static void BackwardMax(in Bag bag, ReadOnlySpan<float> rows, ReadOnlySpan<float> gradient, Span<float> rowGradients)
    {
        for (var element = 0; element < gradient.Length; element++)
        {
            var largest = Largest(in bag, rows, element);
            bag.Vector(rowGradients, largest)[element] += bag.Weight(largest) * gradient[element];
        }
    }

    private static int Largest(in Bag bag, ReadOnlySpan<float> rows, int element)
    {
        var largest = 0;
        for (var i = 1; i < bag.Count; i++)
        {
            if (bag.Weight(i) * bag.Vector(rows, i)[element] > bag.Weight(largest) * bag.Vector(rows, largest)[element]) largest = i;
        }
        return largest;
    }
}
