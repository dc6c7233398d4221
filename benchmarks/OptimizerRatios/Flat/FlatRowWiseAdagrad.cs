using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Row-wise Adagrad, on [n].</summary>
internal static unsafe class FlatRowWiseAdagrad
{
    public static void Run(in FlatRows rows)
    {
        if (rows.Dimension % Vector512<float>.Count == 0) Run512(in rows);
        else Run256(in rows);
    }

    private static void Run512(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var decay = Vector512.Create(Hyper.Decay);
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), n = rows.StateOf(row), g = rows.GradientOf(row);
            var squares = Vector512<float>.Zero;
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var gradient = Vector512.FusedMultiplyAdd(decay, Vector512.Load(w + i), Vector512.Load(g + i));
                squares = Vector512.FusedMultiplyAdd(gradient, gradient, squares);
            }
            n[0] += Vector512.Sum(squares) / dimension;
            var rate = Vector512.Create(Hyper.Rate / (MathF.Sqrt(n[0]) + Hyper.Epsilon));
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var weight = Vector512.Load(w + i);
                Vector512.Store(weight - rate * Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i)), w + i);
            }
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var decay = Vector256.Create(Hyper.Decay);
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), n = rows.StateOf(row), g = rows.GradientOf(row);
            var squares = Vector256<float>.Zero;
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var gradient = Vector256.FusedMultiplyAdd(decay, Vector256.Load(w + i), Vector256.Load(g + i));
                squares = Vector256.FusedMultiplyAdd(gradient, gradient, squares);
            }
            n[0] += Vector256.Sum(squares) / dimension;
            var rate = Vector256.Create(Hyper.Rate / (MathF.Sqrt(n[0]) + Hyper.Epsilon));
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var weight = Vector256.Load(w + i);
                Vector256.Store(weight - rate * Vector256.FusedMultiplyAdd(decay, weight, Vector256.Load(g + i)), w + i);
            }
        }
    }
}
