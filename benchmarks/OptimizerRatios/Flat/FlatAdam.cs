using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Adam, on [m | v | t].</summary>
internal static unsafe class FlatAdam
{
    private static readonly float[] Corrections = Hyper.Corrections(Hyper.Beta1), Roots = Hyper.Roots(Hyper.Beta2);

    public static void Run(in FlatRows rows)
    {
        if (rows.Dimension % Vector512<float>.Count == 0) Run512(in rows);
        else Run256(in rows);
    }

    private static void Run512(in FlatRows rows)
    {
        var (count, dimension, roots, corrections) = (rows.Count, rows.Dimension, Roots, Corrections);
        var decay = Vector512.Create(Hyper.Decay);
        var (first, second) = (Vector512.Create(1 - Hyper.Beta1), Vector512.Create(1 - Hyper.Beta2));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), m = rows.StateOf(row), g = rows.GradientOf(row);
            var v = m + dimension;
            var t = float.ConvertToIntegerNative<int>(++v[dimension]);
            var root = roots[Math.Min(t, roots.Length - 1)];
            var factor = Vector512.Create(Hyper.Rate * root * corrections[Math.Min(t, corrections.Length - 1)]);
            var epsilon = Vector512.Create(Hyper.Epsilon * root);
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var (weight, oldMean, oldSquare) = (Vector512.Load(w + i), Vector512.Load(m + i), Vector512.Load(v + i));
                var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
                var mean = Vector512.FusedMultiplyAdd(first, gradient - oldMean, oldMean);
                var square = Vector512.FusedMultiplyAdd(second, gradient * gradient - oldSquare, oldSquare);
                Vector512.Store(mean, m + i);
                Vector512.Store(square, v + i);
                Vector512.Store(weight - mean * factor / (Vector512.Sqrt(square) + epsilon), w + i);
            }
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension, roots, corrections) = (rows.Count, rows.Dimension, Roots, Corrections);
        var decay = Vector256.Create(Hyper.Decay);
        var (first, second) = (Vector256.Create(1 - Hyper.Beta1), Vector256.Create(1 - Hyper.Beta2));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), m = rows.StateOf(row), g = rows.GradientOf(row);
            var v = m + dimension;
            var t = float.ConvertToIntegerNative<int>(++v[dimension]);
            var root = roots[Math.Min(t, roots.Length - 1)];
            var factor = Vector256.Create(Hyper.Rate * root * corrections[Math.Min(t, corrections.Length - 1)]);
            var epsilon = Vector256.Create(Hyper.Epsilon * root);
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var (weight, oldMean, oldSquare) = (Vector256.Load(w + i), Vector256.Load(m + i), Vector256.Load(v + i));
                var gradient = Vector256.FusedMultiplyAdd(decay, weight, Vector256.Load(g + i));
                var mean = Vector256.FusedMultiplyAdd(first, gradient - oldMean, oldMean);
                var square = Vector256.FusedMultiplyAdd(second, gradient * gradient - oldSquare, oldSquare);
                Vector256.Store(mean, m + i);
                Vector256.Store(square, v + i);
                Vector256.Store(weight - mean * factor / (Vector256.Sqrt(square) + epsilon), w + i);
            }
        }
    }
}
