using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Pooling written down from its formulas, in double precision, and its gradient with respect to each vector of the bag.</summary>
internal static class PoolingOracle
{
    public static double[] Forward(Pooling pooling, IReadOnlyList<float[]> vectors, IReadOnlyList<float> weights, int dimension, int firstN)
    {
        var output = new double[pooling == Pooling.FirstN ? firstN * dimension : dimension];
        for (var element = 0; element < dimension; element++)
        {
            for (var i = 0; i < vectors.Count; i++)
            {
                var value = (double)weights[i] * vectors[i][element];
                if (pooling == Pooling.FirstN) output[i * dimension + element] = value;
                else if (pooling != Pooling.Max) output[element] += value * Scale(pooling, weights);
            }
            if (pooling == Pooling.Max && vectors.Count > 0)
                output[element] = Enumerable.Range(0, vectors.Count).Max(i => (double)weights[i] * vectors[i][element]);
        }
        return output;
    }

    public static double Backward(
        Pooling pooling, IReadOnlyList<float[]> vectors, IReadOnlyList<float> weights, int dimension, ReadOnlySpan<float> gradient,
        int index, int element) => pooling switch
        {
            Pooling.FirstN => (double)weights[index] * gradient[index * dimension + element],
            Pooling.Max => Largest(vectors, weights, element) == index ? (double)weights[index] * gradient[element] : 0,
            _ => (double)weights[index] * Scale(pooling, weights) * gradient[element],
        };

    private static int Largest(IReadOnlyList<float[]> vectors, IReadOnlyList<float> weights, int element)
    {
        var values = vectors.Select((vector, i) => weights[i] * vector[element]).ToList();
        return values.IndexOf(values.Max());
    }

    private static double Scale(Pooling pooling, IReadOnlyList<float> weights)
    {
        var divisor = pooling switch
        {
            Pooling.Sum => 1,
            Pooling.Mean => weights.Sum(w => (double)w),
            _ => Math.Sqrt(weights.Sum(w => (double)w * w)),
        };
        return divisor == 0 ? 0 : 1 / divisor;
    }
}
