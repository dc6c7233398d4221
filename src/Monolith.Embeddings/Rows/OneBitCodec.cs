using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// The signs of weights, the first in the lowest bit of the first byte; set where a weight is below zero. What is left of the last byte is
/// zeros.
/// </summary>
internal sealed class OneBitCodec(float amplitude) : RowCodec
{
    private const int BitsInByte = 8;

    public override string Name => "one_bit";

    public override int EncodedBytes(int dimension) => (int)(((long)dimension + BitsInByte - 1) / BitsInByte);

    private protected override bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded)
    {
        encoded.Clear();
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] < 0) encoded[i / BitsInByte] |= (byte)(1 << i % BitsInByte);
        }
        return FiniteCheck.AllFinite(weights);
    }

    private protected override void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++) weights[i] = (encoded[i / BitsInByte] >> i % BitsInByte & 1) == 0 ? amplitude : -amplitude;
    }
}
