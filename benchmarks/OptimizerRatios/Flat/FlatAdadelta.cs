using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Adadelta, on [a | d].</summary>
internal static unsafe class FlatAdadelta
{
    public static void Run(in FlatRows rows)
    {
        if (rows.Dimension % Vector512<float>.Count == 0) Run512(in rows);
        else Run256(in rows);
    }

    private static void Run512(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var (rate, decay, epsilon) = (Vector512.Create(Hyper.Rate), Vector512.Create(Hyper.Decay), Vector512.Create(Hyper.Epsilon));
        var (keep, share) = (Vector512.Create(Hyper.Rho), Vector512.Create(1 - Hyper.Rho));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), a = rows.StateOf(row), g = rows.GradientOf(row);
            var d = a + dimension;
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var (weight, moved) = (Vector512.Load(w + i), Vector512.Load(d + i));
                var gradient = Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
                var squares = Vector512.FusedMultiplyAdd(share * gradient, gradient, keep * Vector512.Load(a + i));
                var step = Vector512.Sqrt((moved + epsilon) / (squares + epsilon)) * gradient;
                Vector512.Store(squares, a + i);
                Vector512.Store(Vector512.FusedMultiplyAdd(share * step, step, keep * moved), d + i);
                Vector512.Store(weight - rate * step, w + i);
            }
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var (rate, decay, epsilon) = (Vector256.Create(Hyper.Rate), Vector256.Create(Hyper.Decay), Vector256.Create(Hyper.Epsilon));
        var (keep, share) = (Vector256.Create(Hyper.Rho), Vector256.Create(1 - Hyper.Rho));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), a = rows.StateOf(row), g = rows.GradientOf(row);
            var d = a + dimension;
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var (weight, moved) = (Vector256.Load(w + i), Vector256.Load(d + i));
                var gradient = Vector256.FusedMultiplyAdd(decay, weight, Vector256.Load(g + i));
                var squares = Vector256.FusedMultiplyAdd(share * gradient, gradient, keep * Vector256.Load(a + i));
                var step = Vector256.Sqrt((moved + epsilon) / (squares + epsilon)) * gradient;
                Vector256.Store(squares, a + i);
                Vector256.Store(Vector256.FusedMultiplyAdd(share * step, step, keep * moved), d + i);
                Vector256.Store(weight - rate * step, w + i);
            }
        }
    }
}
