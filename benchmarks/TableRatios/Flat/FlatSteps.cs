using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TableRatios.Flat;

/// <summary>
/// The optimizers' arithmetic on one row whose width is a multiple of a vector's: what does not change is worked out before.
/// </summary>
internal static unsafe class FlatSteps
{
    private const int Width = 16;

    /// <summary>n += g^2; w -= lr g / sqrt(n), on [weights | n].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adagrad(float* w, float* g, int width, Vector512<float> rate)
    {
        for (var k = 0; k < width; k += Width)
        {
            var gradient = Vector512.Load(g + k);
            var n = Vector512.FusedMultiplyAdd(gradient, gradient, Vector512.Load(w + width + k));
            Vector512.Store(n, w + width + k);
            Vector512.Store(Vector512.Load(w + k) - rate * gradient / Vector512.Sqrt(n), w + k);
        }
    }

    /// <summary>FTRL-Proximal without l1 and l2, on [weights | n | z]; given 1 / lr, so that one division is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ftrl(float* w, float* g, int width, Vector512<float> perRate, Vector512<float> beta)
    {
        var n = w + width;
        var z = n + width;
        for (var k = 0; k < width; k += Width)
        {
            var gradient = Vector512.Load(g + k);
            var before = Vector512.Load(n + k);
            var after = Vector512.FusedMultiplyAdd(gradient, gradient, before);
            var root = Vector512.Sqrt(after);
            var centre = Vector512.Load(z + k) + gradient - (root - Vector512.Sqrt(before)) * perRate * Vector512.Load(w + k);
            Vector512.Store(after, n + k);
            Vector512.Store(centre, z + k);
            Vector512.Store(-centre / ((beta + root) * perRate), w + k);
        }
    }
}
