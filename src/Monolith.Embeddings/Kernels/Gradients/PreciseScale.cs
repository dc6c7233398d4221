using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Gradients;

/// <summary>
/// Multiplies floats by a double, so that a factor too small for a float still gives the right product. Each product is rounded to a float
/// once more.
/// </summary>
internal static class PreciseScale
{
    /// <param name="source">[n].</param>
    /// <param name="factor">Finite.</param>
    /// <param name="result">[n]; may be the source.</param>
    public static void Run(ReadOnlySpan<float> source, double factor, Span<float> result)
    {
        if (source.Length != result.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {source.Length} and {result.Length}.");
        ref var x = ref MemoryMarshal.GetReference(source);
        ref var y = ref MemoryMarshal.GetReference(result);
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var factors = Vector128.Create(factor);
            for (; i + Vector128<float>.Count <= source.Length; i += Vector128<float>.Count)
            {
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref x, (nuint)i));
                Vector128.Narrow(low * factors, high * factors).StoreUnsafe(ref y, (nuint)i);
            }
        }
        Scalar(source[i..], factor, result[i..]);
    }

    internal static void Scalar(ReadOnlySpan<float> source, double factor, Span<float> result)
    {
        for (var i = 0; i < source.Length; i++) result[i] = (float)(source[i] * factor);
    }
}
