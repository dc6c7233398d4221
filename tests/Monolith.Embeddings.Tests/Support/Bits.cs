namespace Monolith.Embeddings.Tests.Support;

/// <summary>Floats as bits, for comparisons in which +0 and -0 differ and NaN equals itself.</summary>
internal static class Bits
{
    public static uint[] Of(ReadOnlySpan<float> values)
    {
        var bits = new uint[values.Length];
        for (var i = 0; i < bits.Length; i++) bits[i] = BitConverter.SingleToUInt32Bits(values[i]);
        return bits;
    }
}
