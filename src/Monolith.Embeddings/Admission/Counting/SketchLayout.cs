using System.Numerics;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// How a cache line of a sketch is cut: words of packed counters, then signatures, and two bytes of marks at its end. A counter holds 1 to
/// N - 1: an id that would reach N is let in, and if it gets no row, then at its next occurrence.
/// </summary>
/// <param name="SignatureBytes">Bytes of a signature: 1, 2 or 4.</param>
/// <param name="CounterBits">Bits of a counter, 0 to 31: for N = 2 being there says it all.</param>
/// <param name="Entries">How many ids a line remembers.</param>
internal readonly record struct SketchLayout(int SignatureBytes, int CounterBits, int Entries)
{
    public const int LineBytes = 64;
    public const int MarksOffset = LineBytes - sizeof(ushort);

    private const int WordBits = 64;

    /// <summary>The largest count that a counter holds.</summary>
    public int MostCount => (int)Math.Min(int.MaxValue, 1L << CounterBits);

    public int CounterWords => (Entries * CounterBits + WordBits - 1) / WordBits;

    public int SignaturesOffset => CounterWords * sizeof(ulong);

    /// <summary>As many entries as fit.</summary>
    /// <param name="signatureBits">8, 16 or 32.</param>
    /// <param name="mostOccurrences">The largest threshold.</param>
    public static SketchLayout For(int signatureBits, int mostOccurrences)
    {
        var counts = (uint)Math.Max(1, mostOccurrences - 1);
        var counterBits = counts == 1 ? 0 : BitOperations.Log2(counts - 1) + 1;
        var layout = new SketchLayout(signatureBits / 8, counterBits, MarksOffset * 8 / signatureBits);
        while (layout.SignaturesOffset + layout.Entries * layout.SignatureBytes > MarksOffset)
            layout = layout with { Entries = layout.Entries - 1 };
        return layout;
    }
}
