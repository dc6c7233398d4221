using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>Group FTRL, on [z | n].</summary>
internal static unsafe class FlatGroupFtrl
{
    public static void Run(in FlatRows rows)
    {
        if (rows.Dimension % Vector512<float>.Count == 0) Run512(in rows);
        else Run256(in rows);
    }

    private static void Run512(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var threshold = Hyper.L1 * MathF.Sqrt(dimension);
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), z = rows.StateOf(row), g = rows.GradientOf(row);
            var largest = Vector512<float>.Zero;
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
                largest = Vector512.MaxNative(largest, Vector512.Abs(Vector512.Load(g + i)));
            var maximum = Largest.Of(largest);
            var before = z[dimension];
            var after = z[dimension] = before + maximum * maximum;
            var root = MathF.Sqrt(after);
            var (curvature, squares) = (Vector512.Create((root - MathF.Sqrt(before)) / Hyper.Rate), Vector512<float>.Zero);
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var sum = Vector512.Load(z + i) + Vector512.Load(g + i) - curvature * Vector512.Load(w + i);
                squares = Vector512.FusedMultiplyAdd(sum, sum, squares);
                Vector512.Store(sum, z + i);
            }
            var norm = MathF.Sqrt(Vector512.Sum(squares));
            var factor = Vector512.Create(norm <= threshold ? 0 : -(1 - threshold / norm) / ((Hyper.Beta + root) / Hyper.Rate + Hyper.L2));
            for (var i = 0; i < dimension; i += Vector512<float>.Count) Vector512.Store(factor * Vector512.Load(z + i), w + i);
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var threshold = Hyper.L1 * MathF.Sqrt(dimension);
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), z = rows.StateOf(row), g = rows.GradientOf(row);
            var largest = Vector256<float>.Zero;
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
                largest = Vector256.MaxNative(largest, Vector256.Abs(Vector256.Load(g + i)));
            var maximum = Largest.Of(largest);
            var before = z[dimension];
            var after = z[dimension] = before + maximum * maximum;
            var root = MathF.Sqrt(after);
            var (curvature, squares) = (Vector256.Create((root - MathF.Sqrt(before)) / Hyper.Rate), Vector256<float>.Zero);
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var sum = Vector256.Load(z + i) + Vector256.Load(g + i) - curvature * Vector256.Load(w + i);
                squares = Vector256.FusedMultiplyAdd(sum, sum, squares);
                Vector256.Store(sum, z + i);
            }
            var norm = MathF.Sqrt(Vector256.Sum(squares));
            var factor = Vector256.Create(norm <= threshold ? 0 : -(1 - threshold / norm) / ((Hyper.Beta + root) / Hyper.Rate + Hyper.L2));
            for (var i = 0; i < dimension; i += Vector256<float>.Count) Vector256.Store(factor * Vector256.Load(z + i), w + i);
        }
    }
}
