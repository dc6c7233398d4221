using System.Runtime.Intrinsics;

namespace OptimizerRatios.Flat;

/// <summary>FTRL-Proximal, on [n | z].</summary>
internal static unsafe class FlatFtrl
{
    public static void Run(in FlatRows rows)
    {
        if (rows.Dimension % Vector512<float>.Count == 0) Run512(in rows);
        else Run256(in rows);
    }

    private static void Run512(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var (rate, beta, l1, l2) =
            (Vector512.Create(Hyper.Rate), Vector512.Create(Hyper.Beta), Vector512.Create(Hyper.L1), Vector512.Create(Hyper.L2));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), n = rows.StateOf(row), g = rows.GradientOf(row);
            var z = n + dimension;
            for (var i = 0; i < dimension; i += Vector512<float>.Count)
            {
                var (gradient, before) = (Vector512.Load(g + i), Vector512.Load(n + i));
                var after = Vector512.FusedMultiplyAdd(gradient, gradient, before);
                var root = Vector512.Sqrt(after);
                var sum = Vector512.Load(z + i) + gradient - (root - Vector512.Sqrt(before)) / rate * Vector512.Load(w + i);
                var solved = (Vector512.CopySign(l1, sum) - sum) / ((beta + root) / rate + l2);
                Vector512.Store(after, n + i);
                Vector512.Store(sum, z + i);
                Vector512.Store(
                    Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Abs(sum), l1), Vector512<float>.Zero, solved), w + i);
            }
        }
    }

    private static void Run256(in FlatRows rows)
    {
        var (count, dimension) = (rows.Count, rows.Dimension);
        var (rate, beta, l1, l2) =
            (Vector256.Create(Hyper.Rate), Vector256.Create(Hyper.Beta), Vector256.Create(Hyper.L1), Vector256.Create(Hyper.L2));
        for (var row = 0; row < count; row++)
        {
            float* w = rows.WeightsOf(row), n = rows.StateOf(row), g = rows.GradientOf(row);
            var z = n + dimension;
            for (var i = 0; i < dimension; i += Vector256<float>.Count)
            {
                var (gradient, before) = (Vector256.Load(g + i), Vector256.Load(n + i));
                var after = Vector256.FusedMultiplyAdd(gradient, gradient, before);
                var root = Vector256.Sqrt(after);
                var sum = Vector256.Load(z + i) + gradient - (root - Vector256.Sqrt(before)) / rate * Vector256.Load(w + i);
                var solved = (Vector256.CopySign(l1, sum) - sum) / ((beta + root) / rate + l2);
                Vector256.Store(after, n + i);
                Vector256.Store(sum, z + i);
                Vector256.Store(
                    Vector256.ConditionalSelect(Vector256.LessThanOrEqual(Vector256.Abs(sum), l1), Vector256<float>.Zero, solved), w + i);
            }
        }
    }
}
