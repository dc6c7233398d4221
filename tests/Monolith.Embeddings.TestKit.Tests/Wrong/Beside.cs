using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>Writes where no span allows it, as a kernel of raw addresses could.</summary>
internal static class Beside
{
    public static void Write(ulong key, Span<float> weights)
    {
        weights.Clear();
        Write(weights, weights.Length);
    }

    /// <summary>Writes one float at any distance from the start of a span.</summary>
    public static void Write(Span<float> span, int place) => Unsafe.Add(ref MemoryMarshal.GetReference(span), place) = 1;
}
