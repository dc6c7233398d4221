using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Group Adagrad, on [s].</summary>
internal static unsafe class FlatGroupAdagrad
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
            float* w = rows.WeightsOf(row), s = rows.StateOf(row), g = rows.GradientOf(row);
            var largest = Vector512<float>.Zero;
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
                largest = Vector512.MaxNative(
                    largest, Vector512.Abs(Vector512.FusedMultiplyAdd(decay, Vector512.Load(w + i), Vector512.Load(g + i))));
            var maximum = Largest.Of(largest);
            s[0] += maximum * maximum;
            var step = Hyper.Rate / (Hyper.Beta + MathF.Sqrt(s[0]));
            var (rate, squares) = (Vector512.Create(step), Vector512<float>.Zero);
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var weight = Vector512.Load(w + i);
                var moved = weight - rate * Vector512.FusedMultiplyAdd(decay, weight, Vector512.Load(g + i));
                squares = Vector512.FusedMultiplyAdd(moved, moved, squares);
                Vector512.Store(moved, w + i);
            }
            var norm = MathF.Sqrt(Vector512.Sum(squares));
            var factor = Vector512.Create(norm <= step * Hyper.L2 ? 0 : 1 - step * Hyper.L2 / norm);
            for (var i = 0; i < dimension; i += Vector512<float>.Count) Vector512.Store(factor * Vector512.Load(w + i), w + i);
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var decay = Vector256.Create(Hyper.Decay);
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), s = rows.StateOf(row), g = rows.GradientOf(row);
            var largest = Vector256<float>.Zero;
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
                largest = Vector256.MaxNative(
                    largest, Vector256.Abs(Vector256.FusedMultiplyAdd(decay, Vector256.Load(w + i), Vector256.Load(g + i))));
            var maximum = Largest.Of(largest);
            s[0] += maximum * maximum;
            var step = Hyper.Rate / (Hyper.Beta + MathF.Sqrt(s[0]));
            var (rate, squares) = (Vector256.Create(step), Vector256<float>.Zero);
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var weight = Vector256.Load(w + i);
                var moved = weight - rate * Vector256.FusedMultiplyAdd(decay, weight, Vector256.Load(g + i));
                squares = Vector256.FusedMultiplyAdd(moved, moved, squares);
                Vector256.Store(moved, w + i);
            }
            var norm = MathF.Sqrt(Vector256.Sum(squares));
            var factor = Vector256.Create(norm <= step * Hyper.L2 ? 0 : 1 - step * Hyper.L2 / norm);
            for (var i = 0; i < dimension; i += Vector256<float>.Count) Vector256.Store(factor * Vector256.Load(w + i), w + i);
        }
    }
}
